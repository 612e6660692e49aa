import java.io.*;
import java.net.*;
import java.util.*;
import javax.servlet.http.*;

class Headers extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String language = request.getParameter("language");
        // ruleid: java-header-injection
        response.setHeader("Content-Language", language);
        // ruleid: java-header-injection
        response.addHeader("X-Language", "l=" + language);
        // ok: java-header-injection
        response.setHeader("Content-Language", LANGUAGES.get(language));
        // ok: java-header-injection
        response.setHeader("X-Count", String.valueOf(Integer.parseInt(language)));
    }
}
