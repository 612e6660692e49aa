class Secrets
{
    // ruleid: csharp-hardcoded-secret
    private const string ApiKey = "f62e5bcda4fae4f82370da0c6f20697b8f8447ef";

    // ok: csharp-hardcoded-secret
    private const string PasswordField = "password";

    void Open()
    {
        // ruleid: csharp-hardcoded-secret
        string password = "S3cr3t!hunter2";
        // ruleid: csharp-hardcoded-secret
        var connection = new SqlConnection("Server=db;Database=app;User Id=app;Password=hunter2;");
        // ruleid: csharp-hardcoded-secret
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes("my secret of the tokens"));
        // ok: csharp-hardcoded-secret
        string secret = configuration["Secret"];
        // ok: csharp-hardcoded-secret
        var other = new SqlConnection(configuration.GetConnectionString("app"));
    }
}
