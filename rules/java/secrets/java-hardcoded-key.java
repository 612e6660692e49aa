import javax.crypto.spec.*;

class Keys {
    private static final String KEY = "correct horse ba";

    void keys() throws Exception {
        // ruleid: java-hardcoded-key
        SecretKeySpec aes = new SecretKeySpec("0123456789abcdef".getBytes(), "AES");
        // ruleid: java-hardcoded-key
        SecretKeySpec named = new SecretKeySpec(KEY.getBytes("UTF-8"), "AES");
        // ruleid: java-hardcoded-key
        Algorithm hmac = Algorithm.HMAC256("my secret of the tokens");
        // ruleid: java-hardcoded-key
        Jwts.builder().signWith(SignatureAlgorithm.HS256, "my secret of the tokens");
        // ok: java-hardcoded-key
        SecretKeySpec given = new SecretKeySpec(System.getenv("KEY").getBytes(), "AES");
        // ok: java-hardcoded-key
        Algorithm other = Algorithm.HMAC256(config.secret());
    }
}
