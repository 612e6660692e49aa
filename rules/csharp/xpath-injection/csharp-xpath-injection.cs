using System.Xml;
using Microsoft.AspNetCore.Mvc;

public class CatalogueController : Controller
{
    public IActionResult Find(string name)
    {
        // ruleid: csharp-xpath-injection
        var first = document.SelectSingleNode("/users/user[@name='" + name + "']");
        // ruleid: csharp-xpath-injection
        var second = navigator.Select($"/users/user[@name='{name}']");
        // ok: csharp-xpath-injection
        var third = document.SelectSingleNode("/users/user[1]");
        if (!Regex.IsMatch(name, "^[a-z]+$"))
        {
            return BadRequest();
        }
        // ok: csharp-xpath-injection
        return Ok(document.SelectNodes("/users/user[@name='" + name + "']"));
    }
}
