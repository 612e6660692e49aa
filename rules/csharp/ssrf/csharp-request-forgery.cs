using System.Net.Http;
using Microsoft.AspNetCore.Mvc;

public class FetchController : Controller
{
    public async Task<IActionResult> Fetch(string address)
    {
        // ruleid: csharp-request-forgery
        var first = await client.GetStringAsync(address);
        // ruleid: csharp-request-forgery
        var second = WebRequest.Create(address);
        // ok: csharp-request-forgery
        var third = await client.GetStringAsync("https://api.example.com/items/" + address);
        // ok: csharp-request-forgery
        var fourth = await client.GetStringAsync("https://api.example.com/status");
        if (!Hosts.Contains(address))
        {
            return BadRequest();
        }
        // ok: csharp-request-forgery
        return Ok(await client.GetStringAsync(address));
    }
}
