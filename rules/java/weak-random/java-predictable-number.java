class Codes {
    int code() {
        // ruleid: java-predictable-number
        int code = (int) (Math.random() * 1000000);
        // ruleid: java-predictable-number
        String name = RandomStringUtils.randomAlphanumeric(20);
        // ruleid: java-predictable-number
        int other = ThreadLocalRandom.current().nextInt(1000);
        // ok: java-predictable-number
        int good = new SecureRandom().nextInt(1000000);
        // ok: java-predictable-number
        double rounded = Math.round(2.5);
        return code;
    }
}
