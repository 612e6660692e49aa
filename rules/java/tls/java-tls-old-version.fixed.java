class Versions {
    void open() throws Exception {
        // ruleid: java-tls-old-version
        SSLContext old = SSLContext.getInstance("TLSv1.2");
        // ruleid: java-tls-old-version
        SSLContext one = SSLContext.getInstance("TLSv1.2");
        // ok: java-tls-old-version
        SSLContext good = SSLContext.getInstance("TLSv1.2");
        // ok: java-tls-old-version
        SSLContext any = SSLContext.getInstance("TLS");
    }
}
