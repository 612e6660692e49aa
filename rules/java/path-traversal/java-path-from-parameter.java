import java.io.*;
import java.nio.file.*;

class Documents {
    String read(String filename) throws IOException {
        // ruleid: java-path-from-parameter
        return Files.readString(Paths.get("/srv/documents", filename));
    }

    InputStream open(String userFile) throws IOException {
        // ruleid: java-path-from-parameter
        return new FileInputStream("/srv/documents/" + userFile);
    }

    InputStream checked(String filename) throws IOException {
        Path path = BASE.resolve(Paths.get(filename).getFileName());
        // ok: java-path-from-parameter
        return Files.newInputStream(path);
    }

    InputStream whole(String filename) throws IOException {
        // ok: java-path-from-parameter
        return new FileInputStream(filename);
    }

    InputStream other(String key) throws IOException {
        // ok: java-path-from-parameter
        return new FileInputStream("/srv/documents/" + key);
    }
}
