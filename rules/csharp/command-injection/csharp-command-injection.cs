using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;

public class ToolsController : Controller
{
    public IActionResult Ping(string host)
    {
        // ruleid: csharp-command-injection
        Process.Start("cmd.exe", "/c ping " + host);
        var info = new ProcessStartInfo("ping");
        // ruleid: csharp-command-injection
        info.Arguments = $"-n 1 {host}";
        // ruleid: csharp-command-injection
        Process.Start(Request.Query["program"]);
        // ok: csharp-command-injection
        info.ArgumentList.Add(host);
        if (!Regex.IsMatch(host, "^[a-z.]+$"))
        {
            return BadRequest();
        }
        // ok: csharp-command-injection
        Process.Start("cmd.exe", "/c ping " + host);
        return Ok();
    }
}
