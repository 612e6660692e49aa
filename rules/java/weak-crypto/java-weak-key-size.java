class Sizes {
    void make() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        // ruleid: java-weak-key-size
        rsa.initialize(1024);
        KeyGenerator aes = KeyGenerator.getInstance("AES");
        // ruleid: java-weak-key-size
        aes.init(64);
        KeyPairGenerator good = KeyPairGenerator.getInstance("RSA");
        // ok: java-weak-key-size
        good.initialize(3072);
        // ok: java-weak-key-size
        aes.init(256);
    }
}
