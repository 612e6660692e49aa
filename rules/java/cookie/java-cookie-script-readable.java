class Cookies {
    void set(HttpServletResponse response) {
        Cookie cookie = new Cookie("session", id);
        // ruleid: java-cookie-script-readable
        cookie.setHttpOnly(false);
        // ruleid: java-cookie-script-readable
        sessionCookie.setHttpOnly(false);
        // ok: java-cookie-script-readable
        cookie.setHttpOnly(true);
        // ok: java-cookie-script-readable
        cookie.setMaxAge(60);
    }
}
