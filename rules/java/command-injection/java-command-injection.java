import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Ping extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String host = request.getParameter("host");
        // ruleid: java-command-injection
        Runtime.getRuntime().exec("ping -c 1 " + host);
        Runtime runtime = Runtime.getRuntime();
        String[] command = {"sh", "-c", "ping " + host};
        // ruleid: java-command-injection
        runtime.exec(command);
        List<String> words = new ArrayList<>();
        words.add("bash");
        words.add("-c");
        words.add("ping " + host);
        // ruleid: java-command-injection
        new ProcessBuilder(words).start();
        // ruleid: java-command-injection
        new ProcessBuilder(host.split(" ")).start();
    }

    @PostMapping("/ping")
    void ping(@RequestBody String host, @RequestParam int times) throws Exception {
        // ok: java-command-injection
        new ProcessBuilder("ping", "-c", "1", host).start();
        // ok: java-command-injection
        Runtime.getRuntime().exec("ping -c " + times + " localhost");
        if (!host.matches("[a-z.]+")) {
            throw new IllegalArgumentException("host");
        }
        // ok: java-command-injection
        Runtime.getRuntime().exec("ping -c 1 " + host);
    }
}
