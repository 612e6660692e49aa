import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Users extends HttpServlet {
    private static final Set<String> COLUMNS = Set.of("name", "age");

    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("name");
        Statement statement = connection.createStatement();
        // ruleid: java-sql-injection
        statement.executeQuery("SELECT * FROM users WHERE name = '" + name + "'");
        String sql = String.format("SELECT * FROM users WHERE name = '%s'", name);
        // ruleid: java-sql-injection
        connection.prepareStatement(sql).executeQuery();
        StringBuilder hql = new StringBuilder("from User where name = '");
        hql.append(name);
        // ruleid: java-sql-injection
        session.createQuery(hql.toString()).list();
    }

    @GetMapping("/users/{name}")
    List<User> find(@PathVariable("name") String name) {
        // ruleid: java-sql-injection
        return jdbcTemplate.query("SELECT * FROM users WHERE name = '" + name + "'", mapper);
    }

    @GetMapping("/orders/{id}")
    List<User> order(@PathVariable("id") long id, @RequestParam String sort) {
        if (!COLUMNS.contains(sort)) {
            throw new IllegalArgumentException("sort");
        }
        // ok: java-sql-injection
        return jdbcTemplate.query("SELECT * FROM orders WHERE id = " + id + " ORDER BY " + sort, mapper);
    }

    @GetMapping("/orders")
    List<User> orders(@RequestParam String sort, @RequestParam List<String> ids) {
        String column = COLUMNS.contains(sort) ? sort : "name";
        String marks = String.join(",", Collections.nCopies(ids.size(), "?"));
        // ok: java-sql-injection
        return jdbcTemplate.query("SELECT * FROM orders WHERE id IN (" + marks + ") ORDER BY " + column, mapper);
    }

    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String name = request.getParameter("name");
        // ok: java-sql-injection
        PreparedStatement statement = connection.prepareStatement("SELECT * FROM users WHERE name = ?");
        statement.setString(1, name);
        Map<String, String> values = new HashMap<>();
        values.put("kind", "user");
        values.put("name", name);
        // ok: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM users WHERE kind = '" + values.get("kind") + "'");
        // ruleid: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM users WHERE name = '" + values.get("name") + "'");
        int size = 30;
        String page = size > 20 ? "big" : name;
        // ok: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM pages WHERE size = '" + page + "'");
        // ok: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM pages WHERE number = " + Integer.parseInt(name));
        // ok: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM pages WHERE kind = '" + kind(name) + "'");
        // ruleid: java-sql-injection
        jdbcTemplate.queryForList("SELECT * FROM pages WHERE kind = '" + trimmed(name) + "'");
    }

    private String kind(String name) {
        String kind = "page";
        int limit = 4;
        if (limit * 2 > 5) kind = "page";
        else kind = name;
        return kind;
    }

    private String trimmed(String name) {
        return name.trim();
    }
}
