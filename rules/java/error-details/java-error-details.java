class Errors {
    void get(HttpServletResponse response) throws Exception {
        try {
            work();
        } catch (Exception e) {
            // ruleid: java-error-details
            e.printStackTrace(response.getWriter());
            // ruleid: java-error-details
            response.getWriter().println("Error: " + e.getMessage());
            // ok: java-error-details
            log.error("work failed", e);
            // ok: java-error-details
            response.getWriter().println("Something went wrong.");
        }
    }

    ResponseEntity<String> post() {
        try {
            return work();
        } catch (SQLException e) {
            // ruleid: java-error-details
            return ResponseEntity.status(500).body(e.getMessage());
        }
    }
}
