import java.io.*;
import java.util.zip.*;

class Unpack {
    void unpack(ZipInputStream zip, File folder) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        // ruleid: java-archive-extraction
        File target = new File(folder, entry.getName());
        copy(zip, target);
    }

    void unpackPath(ZipInputStream zip, Path folder) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        String name = entry.getName();
        // ruleid: java-archive-extraction
        Files.copy(zip, folder.resolve(name));
    }

    void checked(ZipInputStream zip, Path folder) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        // ok: java-archive-extraction
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("outside");
        }
        Files.copy(zip, target);
    }

    void checkedFile(ZipInputStream zip, File folder) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        // ok: java-archive-extraction
        File target = new File(folder, entry.getName());
        if (!target.getCanonicalPath().startsWith(folder.getCanonicalPath() + File.separator)) {
            throw new IOException("outside");
        }
        copy(zip, target);
    }

    void names(ZipInputStream zip) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        // ok: java-archive-extraction
        System.out.println(entry.getName());
    }

    void chosen(JarFile jar, Path folder) throws IOException {
        Enumeration<JarEntry> entries = jar.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            if (!entry.isDirectory() && entry.getName().startsWith("conf")) {
                // ruleid: java-archive-extraction
                Files.copy(jar.getInputStream(entry), folder.resolve(entry.getName()));
            }
        }
    }
}
