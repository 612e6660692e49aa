using Microsoft.AspNetCore.Mvc;

public class AccountController : Controller
{
    // ruleid: csharp-csrf-token-missing
    [HttpPost]
    public IActionResult Change(string password)
    {
        return View();
    }

    // ruleid: csharp-csrf-token-missing
    [HttpPost]
    [IgnoreAntiforgeryToken]
    public IActionResult Ignored(string password)
    {
        return View();
    }

    // ok: csharp-csrf-token-missing
    [HttpPost]
    [ValidateAntiForgeryToken]
    public IActionResult Checked(string password)
    {
        return View();
    }

    // ok: csharp-csrf-token-missing
    [HttpGet]
    public IActionResult Show()
    {
        return View();
    }
}

[ApiController]
public class ItemsController : ControllerBase
{
    // ok: csharp-csrf-token-missing
    [HttpPost]
    public IActionResult Add(Item item)
    {
        return Ok();
    }
}
