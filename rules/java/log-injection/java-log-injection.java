import java.io.*;
import java.net.*;
import java.util.*;
import javax.servlet.http.*;

class Logs extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String user = request.getParameter("user");
        // ruleid: java-log-injection
        log.info("login of " + user);
        // ruleid: java-log-injection
        logger.warn("login of {}", user);
        // ok: java-log-injection
        log.info("login of {}", user.replaceAll("[\\r\\n]", "_"));
        // ok: java-log-injection
        log.info("logins: {}", Integer.parseInt(user));
    }
}
