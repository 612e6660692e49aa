using Microsoft.AspNetCore.Mvc;

public class LoginController : Controller
{
    public IActionResult Login(string user)
    {
        // ruleid: csharp-log-injection
        _logger.LogInformation("login of " + user);
        // ruleid: csharp-log-injection
        logger.LogWarning($"login of {user}");
        // ok: csharp-log-injection
        _logger.LogInformation("login of " + user.ReplaceLineEndings("_"));
        // ok: csharp-log-injection
        _logger.LogInformation("logins: " + int.Parse(user));
        return Ok();
    }
}
