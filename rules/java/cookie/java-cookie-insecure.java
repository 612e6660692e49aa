class Cookies {
    void set(HttpServletResponse response) {
        Cookie cookie = new Cookie("session", id);
        // ruleid: java-cookie-insecure
        cookie.setSecure(false);
        response.addCookie(cookie);
        // ruleid: java-cookie-insecure
        other.setSecure(false);
        // ok: java-cookie-insecure
        cookie.setSecure(true);
        // ok: java-cookie-insecure
        cookie.setHttpOnly(true);
    }
}
