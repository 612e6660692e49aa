import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Login extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String role = request.getParameter("role");
        // ruleid: java-trust-boundary
        request.getSession().setAttribute("role", role);
        HttpSession session = request.getSession(true);
        // ruleid: java-trust-boundary
        session.putValue(role, "on");
        // ok: java-trust-boundary
        session.setAttribute("page", Integer.parseInt(request.getParameter("page")));
        // ok: java-trust-boundary
        session.setAttribute("user", users.load(42));
        if (!ROLES.contains(role)) {
            return;
        }
        // ok: java-trust-boundary
        session.setAttribute("role", role);
    }
}
