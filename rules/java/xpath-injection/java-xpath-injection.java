import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Catalogue extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("name");
        XPath xpath = XPathFactory.newInstance().newXPath();
        // ruleid: java-xpath-injection
        xpath.evaluate("/users/user[@name='" + name + "']", document);
        // ruleid: java-xpath-injection
        XPathExpression expression = xpath.compile("/users/user[@name='" + name + "']");
        xpath.setXPathVariableResolver(new Values(name));
        // ok: java-xpath-injection
        xpath.evaluate("/users/user[@name=$name]", document);
        if (!name.matches("[a-z]+")) {
            return;
        }
        // ok: java-xpath-injection
        xpath.evaluate("/users/user[@name='" + name + "']", document);
    }
}
