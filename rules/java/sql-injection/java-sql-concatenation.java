import java.sql.*;

class UserStore {
    User find(String name) throws SQLException {
        String sql = "SELECT * FROM users WHERE name = '" + name + "'";
        // ruleid: java-sql-concatenation
        return read(connection.createStatement().executeQuery(sql));
    }

    List<User> all(String order) {
        // ruleid: java-sql-concatenation
        return jdbcTemplate.query(String.format("SELECT * FROM users ORDER BY %s", order), mapper);
    }

    User bound(String name) throws SQLException {
        // ok: java-sql-concatenation
        PreparedStatement statement = connection.prepareStatement("SELECT * FROM users WHERE name = ?");
        statement.setString(1, name);
        return read(statement.executeQuery());
    }

    void run(String sql) throws SQLException {
        // ok: java-sql-concatenation
        connection.createStatement().execute(sql);
    }

    User numbered(int id) throws SQLException {
        // ok: java-sql-concatenation
        return read(connection.createStatement().executeQuery("SELECT * FROM users WHERE id = " + id));
    }
}
