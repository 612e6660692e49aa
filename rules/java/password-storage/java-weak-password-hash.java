class Stored {
    void store(char[] password, byte[] salt) throws Exception {
        // ruleid: java-weak-password-hash
        PasswordEncoder plain = NoOpPasswordEncoder.getInstance();
        // ruleid: java-weak-password-hash
        PasswordEncoder sha = new StandardPasswordEncoder();
        // ruleid: java-weak-password-hash
        PBEKeySpec few = new PBEKeySpec(password, salt, 1000, 256);
        // ruleid: java-weak-password-hash
        PBEKeySpec fixed = new PBEKeySpec(password, "salt".getBytes(), 310000, 256);
        // ok: java-weak-password-hash
        PBEKeySpec good = new PBEKeySpec(password, salt, 310000, 256);
        // ok: java-weak-password-hash
        PasswordEncoder bcrypt = new BCryptPasswordEncoder();
    }
}
