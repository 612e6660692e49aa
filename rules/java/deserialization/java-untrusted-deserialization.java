import java.io.*;
import java.net.*;
import java.util.*;
import javax.servlet.http.*;

class Restore extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {
        // ruleid: java-untrusted-deserialization
        Object state = new ObjectInputStream(request.getInputStream()).readObject();
        byte[] bytes = Base64.getDecoder().decode(request.getParameter("state"));
        ObjectInputStream input = new ObjectInputStream(new ByteArrayInputStream(bytes));
        // ruleid: java-untrusted-deserialization
        Object other = input.readObject();
        // ok: java-untrusted-deserialization
        State good = new ObjectMapper().readValue(request.getInputStream(), State.class);
        // ok: java-untrusted-deserialization
        Object local = new ObjectInputStream(new FileInputStream("cache.bin")).readObject();
    }
}
