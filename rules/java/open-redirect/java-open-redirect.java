import java.io.*;
import java.net.*;
import java.util.*;
import javax.servlet.http.*;

class Leave extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String next = request.getParameter("next");
        // ruleid: java-open-redirect
        response.sendRedirect(next);
        // ruleid: java-open-redirect
        response.setHeader("Location", next);
        // ok: java-open-redirect
        response.sendRedirect("/home");
        // ok: java-open-redirect
        response.sendRedirect("/items/" + Integer.parseInt(request.getParameter("id")));
        // ok: java-open-redirect
        response.sendRedirect("https://example.com/search?q=" + next);
        if (!TARGETS.contains(next)) {
            return;
        }
        // ok: java-open-redirect
        response.sendRedirect(next);
    }

    @GetMapping("/go")
    String go(@RequestParam String next) {
        // ruleid: java-open-redirect
        return "redirect:" + next;
    }

    @GetMapping("/away")
    RedirectView away(@RequestParam String next) {
        // ruleid: java-open-redirect
        return new RedirectView(next);
    }
}
