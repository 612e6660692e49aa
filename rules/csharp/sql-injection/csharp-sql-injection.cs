using System.Data.SqlClient;
using Microsoft.AspNetCore.Mvc;

public class UsersController : Controller
{
    public IActionResult Find(string name)
    {
        // ruleid: csharp-sql-injection
        var command = new SqlCommand("SELECT * FROM Users WHERE Name = '" + name + "'", connection);
        string query = $"SELECT * FROM Users WHERE Name = '{name}'";
        // ruleid: csharp-sql-injection
        var users = context.Users.FromSqlRaw(query).ToList();
        // ruleid: csharp-sql-injection
        command.CommandText = string.Format("SELECT * FROM Users WHERE Name = '{0}'", Request.Query["name"]);
        // ok: csharp-sql-injection
        var good = new SqlCommand("SELECT * FROM Users WHERE Name = @name", connection);
        good.Parameters.AddWithValue("@name", name);
        // ok: csharp-sql-injection
        var safe = context.Users.FromSqlInterpolated($"SELECT * FROM Users WHERE Name = {name}");
        if (!Columns.Contains(name))
        {
            return BadRequest();
        }
        // ok: csharp-sql-injection
        return View(connection.Query("SELECT * FROM Users ORDER BY " + name));
    }

    public IActionResult ById(int id)
    {
        // ok: csharp-sql-injection
        return View(connection.Query("SELECT * FROM Users WHERE Id = " + id));
    }
}
