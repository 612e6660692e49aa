import javax.crypto.*;

class Crypto {
    void encrypt(String value) throws Exception {
        // ruleid: java-weak-cipher
        Cipher des = Cipher.getInstance("DES/CBC/PKCS5Padding");
        // ruleid: java-weak-cipher
        Cipher ecb = Cipher.getInstance("AES/ECB/PKCS5Padding", provider);
        // ruleid: java-weak-cipher
        Cipher plain = javax.crypto.Cipher.getInstance("AES");
        // ruleid: java-weak-cipher
        KeyGenerator keys = KeyGenerator.getInstance("RC4");
        // ruleid: java-weak-cipher
        Cipher none = new NullCipher();
        // ok: java-weak-cipher
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        // ok: java-weak-cipher
        KeyGenerator good = KeyGenerator.getInstance("AES");
        // ok: java-weak-cipher
        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        // ok: java-weak-cipher
        Cipher wrap = Cipher.getInstance("AESWrap");
    }
}
