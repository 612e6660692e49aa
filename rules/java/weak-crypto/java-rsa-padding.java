class Rsa {
    void make() throws Exception {
        // ruleid: java-rsa-padding
        Cipher none = Cipher.getInstance("RSA/NONE/NoPadding");
        // ruleid: java-rsa-padding
        Cipher old = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        // ok: java-rsa-padding
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        // ok: java-rsa-padding
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    }
}
