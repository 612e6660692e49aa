using System.Data.SqlClient;

class Store
{
    User Find(string name)
    {
        // ruleid: csharp-sql-concatenation
        var command = new SqlCommand("SELECT * FROM Users WHERE Name = '" + name + "'", connection);
        string query = $"SELECT * FROM Users WHERE Name = '{name}'";
        // ruleid: csharp-sql-concatenation
        command.CommandText = query;
        return Read(command);
    }

    User Bound(string name)
    {
        // ok: csharp-sql-concatenation
        var command = new SqlCommand("SELECT * FROM Users WHERE Name = @name", connection);
        command.Parameters.AddWithValue("@name", name);
        return Read(command);
    }

    void Run(string sql)
    {
        // ok: csharp-sql-concatenation
        new SqlCommand(sql, connection).ExecuteNonQuery();
    }
}
