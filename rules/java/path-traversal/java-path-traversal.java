import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Files2 extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("file");
        // ruleid: java-path-traversal
        File file = new File("/srv/files/" + name);
        // ruleid: java-path-traversal
        InputStream stream = new FileInputStream("/srv/files/" + name);
        // ruleid: java-path-traversal
        byte[] all = Files.readAllBytes(Paths.get("/srv/files", name));
        // ok: java-path-traversal
        File last = new File("/srv/files/", FilenameUtils.getName(name));
        if (name.contains("..")) {
            throw new IOException("name");
        }
        // ok: java-path-traversal
        File checked = new File("/srv/files/", name);
    }

    protected void doPut(HttpServletRequest request, HttpServletResponse response) throws Exception {
        // ok: java-path-traversal
        Path path = BASE.resolve(request.getParameter("file")).normalize();
        if (!path.startsWith(BASE)) {
            throw new IOException("file");
        }
        // ok: java-path-traversal
        Files.delete(path);
    }

    @PostMapping("/upload")
    void upload(@RequestParam("file") MultipartFile file, @PathVariable int year) throws Exception {
        // ruleid: java-path-traversal
        file.transferTo(new File(FOLDER, file.getOriginalFilename()));
        // ok: java-path-traversal
        file.transferTo(new File(FOLDER, UUID.randomUUID() + ".upload"));
        // ok: java-path-traversal
        Path folder = Paths.get("/srv", String.valueOf(year));
    }
}
