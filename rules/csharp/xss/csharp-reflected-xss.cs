using Microsoft.AspNetCore.Mvc;

public class HelloController : Controller
{
    public IActionResult Hello(string name)
    {
        // ruleid: csharp-reflected-xss
        return Content("<h1>Hello " + name + "</h1>", "text/html");
    }

    public void Old()
    {
        // ruleid: csharp-reflected-xss
        Response.Write("<p>" + Request.QueryString["name"] + "</p>");
        // ok: csharp-reflected-xss
        Response.Write(HttpUtility.HtmlEncode(Request.QueryString["name"]));
    }

    public IActionResult Plain(string name)
    {
        // ok: csharp-reflected-xss
        return Content("Hello " + name);
    }

    public IActionResult Raw(string name)
    {
        // ruleid: csharp-reflected-xss
        var body = new HtmlString("<b>" + name + "</b>");
        // ok: csharp-reflected-xss
        return View(name);
    }
}
