class Tls {
    TrustManager[] all = new TrustManager[] {
        new X509TrustManager() {
            // ruleid: java-tls-trust-all
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            public X509Certificate[] getAcceptedIssuers() {
                return null;
            }
        }
    };

    void clients() throws Exception {
        // ruleid: java-tls-trust-all
        SSLContext context = SSLContexts.custom().loadTrustMaterial(null, new TrustAllStrategy()).build();
        // ruleid: java-tls-trust-all
        SslContext netty = SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build();
        // ok: java-tls-trust-all
        SSLContext good = SSLContexts.custom().loadTrustMaterial(store, null).build();
    }

    class Checked implements X509TrustManager {
        // ok: java-tls-trust-all
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            other.checkServerTrusted(chain, type);
        }
    }
}
