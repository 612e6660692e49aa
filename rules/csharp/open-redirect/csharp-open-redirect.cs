using Microsoft.AspNetCore.Mvc;

public class LeaveController : Controller
{
    public IActionResult Leave(string next)
    {
        // ruleid: csharp-open-redirect
        return Redirect(next);
    }

    public void Old()
    {
        // ruleid: csharp-open-redirect
        Response.Redirect(Request.QueryString["next"]);
        // ok: csharp-open-redirect
        Response.Redirect("/home");
    }

    public IActionResult Local(string next)
    {
        // ok: csharp-open-redirect
        return LocalRedirect(next);
    }

    public IActionResult Checked(string next)
    {
        if (Url.IsLocalUrl(next))
        {
            // ok: csharp-open-redirect
            return Redirect(next);
        }
        return Redirect("/");
    }
}
