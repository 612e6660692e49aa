class Hosts {
    void clients() {
        // ruleid: java-tls-any-host
        connection.setHostnameVerifier((hostname, session) -> true);
        // ruleid: java-tls-any-host
        HttpClients.custom().setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);
        // ok: java-tls-any-host
        connection.setHostnameVerifier(HttpsURLConnection.getDefaultHostnameVerifier());
    }

    class Any implements HostnameVerifier {
        // ruleid: java-tls-any-host
        public boolean verify(String hostname, SSLSession session) {
            return true;
        }
    }

    class Own implements HostnameVerifier {
        // ok: java-tls-any-host
        public boolean verify(String hostname, SSLSession session) {
            return hostname.equals("db.internal");
        }
    }
}
