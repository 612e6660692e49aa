class Cookies {
    void bare(HttpServletResponse response) {
        Cookie cookie = new Cookie("session", id);
        // ruleid: java-cookie-without-flags
        response.addCookie(cookie);
        // ruleid: java-cookie-without-flags
        response.addCookie(new Cookie("theme", "dark"));
    }

    void flagged(HttpServletResponse response) {
        Cookie cookie = new Cookie("session", id);
        cookie.setSecure(true);
        cookie.setHttpOnly(true);
        // ok: java-cookie-without-flags
        response.addCookie(cookie);
    }

    void deleted(HttpServletResponse response) {
        Cookie cookie = new Cookie("session", "");
        cookie.setMaxAge(0);
        // ok: java-cookie-without-flags
        response.addCookie(cookie);
    }
}
