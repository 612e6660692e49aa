import java.util.Random;

class Tokens {
    String token() {
        // ruleid: java-predictable-random
        Random random = new Random();
        // ruleid: java-predictable-random
        int code = new java.util.Random().nextInt(999999);
        // ok: java-predictable-random
        Random good = new java.security.SecureRandom();
        // ok: java-predictable-random
        Random repeatable = new Random(42);
        return code + "";
    }
}
