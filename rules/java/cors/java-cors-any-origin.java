class Cors {
    void configure(CorsRegistry registry, HttpServletResponse response) {
        // ruleid: java-cors-any-origin
        registry.addMapping("/api").allowedOrigins("*");
        // ruleid: java-cors-any-origin
        configuration.addAllowedOriginPattern("*");
        // ruleid: java-cors-any-origin
        response.setHeader("Access-Control-Allow-Origin", "*");
        // ok: java-cors-any-origin
        registry.addMapping("/api").allowedOrigins("https://app.example.com");
        // ok: java-cors-any-origin
        response.setHeader("Access-Control-Allow-Origin", "https://app.example.com");
    }

    // ruleid: java-cors-any-origin
    @CrossOrigin(origins = "*")
    @GetMapping("/open")
    void open() {}

    // ok: java-cors-any-origin
    @CrossOrigin(origins = "https://app.example.com")
    @GetMapping("/closed")
    void closed() {}
}
