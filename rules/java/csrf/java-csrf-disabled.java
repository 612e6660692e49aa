class Web {
    void configure(HttpSecurity http) throws Exception {
        // ruleid: java-csrf-disabled
        http.csrf().disable();
        // ruleid: java-csrf-disabled
        http.csrf(AbstractHttpConfigurer::disable);
        // ruleid: java-csrf-disabled
        http.csrf(csrf -> csrf.disable());
        // ok: java-csrf-disabled
        http.csrf(csrf -> csrf.ignoringRequestMatchers("/hooks"));
        // ok: java-csrf-disabled
        http.cors().disable();
    }
}
