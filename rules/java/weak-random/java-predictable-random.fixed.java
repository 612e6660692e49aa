import java.util.Random;

class Tokens {
    String token() {
        // ruleid: java-predictable-random
        Random random = new java.security.SecureRandom();
        // ruleid: java-predictable-random
        int code = new java.security.SecureRandom().nextInt(999999);
        // ok: java-predictable-random
        Random good = new java.security.SecureRandom();
        // ok: java-predictable-random
        Random repeatable = new Random(42);
        return code + "";
    }
}
