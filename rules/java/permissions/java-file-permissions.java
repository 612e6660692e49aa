class Rights {
    void give(File file) throws Exception {
        // ruleid: java-file-permissions
        file.setWritable(true, false);
        // ruleid: java-file-permissions
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        // ruleid: java-file-permissions
        rights.add(PosixFilePermission.OTHERS_WRITE);
        // ok: java-file-permissions
        file.setWritable(true, true);
        // ok: java-file-permissions
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    }
}
