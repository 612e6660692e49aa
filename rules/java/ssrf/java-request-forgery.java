import java.io.*;
import java.net.*;
import java.util.*;
import javax.servlet.http.*;

class Fetch extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String address = request.getParameter("url");
        // ruleid: java-request-forgery
        InputStream one = new URL(address).openStream();
        // ruleid: java-request-forgery
        String two = restTemplate.getForObject(address, String.class);
        // ruleid: java-request-forgery
        HttpRequest three = HttpRequest.newBuilder(URI.create(address)).build();
        // ok: java-request-forgery
        String four = restTemplate.getForObject("https://api.example.com/items/" + address, String.class);
        // ok: java-request-forgery
        InputStream fixed = new URL("https://api.example.com/status").openStream();
        // ok: java-request-forgery
        String host = new URL(request.getRequestURL().toString()).getHost();
        if (!HOSTS.contains(address)) {
            throw new IOException("host");
        }
        // ok: java-request-forgery
        InputStream five = new URL(address).openStream();
    }

    @GetMapping("/preview")
    Mono<String> preview(@RequestParam String address) {
        // ruleid: java-request-forgery
        return webClient.get().uri(address).retrieve().bodyToMono(String.class);
    }
}
