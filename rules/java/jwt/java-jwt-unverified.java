class Tokens {
    void read(String token) {
        // ruleid: java-jwt-unverified
        Jwts.parserBuilder().setSigningKey(key).build().parseClaimsJwt(token);
        // ruleid: java-jwt-unverified
        JWT.create().withSubject("me").sign(Algorithm.none());
        // ruleid: java-jwt-unverified
        Jwts.parser().unsecured().build().parse(token);
        // ok: java-jwt-unverified
        Jwts.parser().verifyWith(key).build().parseSignedClaims(token);
        // ok: java-jwt-unverified
        JWT.require(Algorithm.HMAC256(key)).build().verify(token);
    }
}
