import java.security.MessageDigest;

class Hashes {
    void hash(byte[] value) throws Exception {
        // ruleid: java-weak-hash
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        // ruleid: java-weak-hash
        MessageDigest sha1 = java.security.MessageDigest.getInstance("SHA-1", "SUN");
        // ruleid: java-weak-hash
        String hex = DigestUtils.md5Hex(value);
        // ruleid: java-weak-hash
        HashCode code = Hashing.sha1().hashBytes(value);
        // ok: java-weak-hash
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        // ok: java-weak-hash
        String good = DigestUtils.sha256Hex(value);
    }
}
