class Tools {
    void ping(String host) throws IOException {
        // ruleid: java-command-from-parameter
        Runtime.getRuntime().exec("ping -c 1 " + host);
    }

    void shell(String script) throws IOException {
        // ruleid: java-command-from-parameter
        new ProcessBuilder("bash", "-c", script).start();
    }

    void list(String folder) throws IOException {
        // ok: java-command-from-parameter
        new ProcessBuilder("ls", "-l", folder).start();
    }

    void times(int count) throws IOException {
        // ok: java-command-from-parameter
        Runtime.getRuntime().exec("ping -c " + count + " localhost");
    }
}
