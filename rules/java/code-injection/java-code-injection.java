import java.io.*;
import java.net.*;
import java.util.*;
import javax.servlet.http.*;

class Calculator extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String text = request.getParameter("text");
        // ruleid: java-code-injection
        new ScriptEngineManager().getEngineByName("js").eval(text);
        // ruleid: java-code-injection
        new SpelExpressionParser().parseExpression(text).getValue();
        // ruleid: java-code-injection
        Class.forName(text).newInstance();
        // ruleid: java-code-injection
        Object value = Ognl.getValue(text, root);
        // ok: java-code-injection
        new SpelExpressionParser().parseExpression("name.length()").getValue(text);
        // ok: java-code-injection
        Class.forName(CLASSES.get(text)).newInstance();
        // ok: java-code-injection
        template.process(Map.of("text", text), out);
    }
}
