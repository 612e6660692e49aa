class Passwords {
    // ruleid: java-hardcoded-password
    private static final String DB_PASSWORD = "S3cr3t!hunter2";
    // ok: java-hardcoded-password
    private static final String PASSWORD_KEY = "db.password";
    // ok: java-hardcoded-password
    private static final String PASSWORD_LABEL = "Enter your password";

    void open() throws Exception {
        // ruleid: java-hardcoded-password
        Connection one = DriverManager.getConnection("jdbc:mysql://db/app", "root", "hunter2");
        // ruleid: java-hardcoded-password
        source.setPassword("hunter2-app");
        // ok: java-hardcoded-password
        Connection two = DriverManager.getConnection(url, user, System.getenv("DB_PASSWORD"));
        // ok: java-hardcoded-password
        source.setPassword("");
        // ok: java-hardcoded-password
        String password = "changeme";
        // ok: java-hardcoded-password
        String passwordField = "password";
    }
}
