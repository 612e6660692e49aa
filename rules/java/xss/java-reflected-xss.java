import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Greeting extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("name");
        // ruleid: java-reflected-xss
        response.getWriter().println("<p>Hello " + name + "</p>");
        PrintWriter out = response.getWriter();
        // ruleid: java-reflected-xss
        out.print(name);
        // ok: java-reflected-xss
        out.print(Encode.forHtml(name));
        Object[] words = {"a", name};
        // ruleid: java-reflected-xss
        response.getWriter().printf("%s %s", words);
        // ok: java-reflected-xss
        out.print(encoded(name));
    }

    private static String encoded(String name) {
        String text = ESAPI.encoder().encodeForHTML(name);
        return text;
    }

    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {
        response.setContentType("application/json");
        // ok: java-reflected-xss
        response.getWriter().print(mapper.writeValueAsString(request.getParameter("name")));
    }

    @GetMapping("/hello")
    @ResponseBody
    String hello(@RequestParam String name) {
        // ruleid: java-reflected-xss
        return "<h1>Hello " + name + "</h1>";
    }

    @GetMapping("/view")
    String view(@RequestParam String name) {
        // ok: java-reflected-xss
        return "users/" + name;
    }

    @GetMapping("/bye")
    ResponseEntity<String> bye(@RequestParam String name) {
        // ruleid: java-reflected-xss
        return ResponseEntity.ok("<h1>Bye " + name + "</h1>");
    }
}
