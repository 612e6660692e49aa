using System.DirectoryServices;
using Microsoft.AspNetCore.Mvc;

public class DirectoryController : Controller
{
    public IActionResult Find(string uid)
    {
        // ruleid: csharp-ldap-injection
        var first = new DirectorySearcher("(uid=" + uid + ")");
        // ruleid: csharp-ldap-injection
        searcher.Filter = $"(&(objectClass=user)(uid={uid}))";
        // ok: csharp-ldap-injection
        searcher.Filter = "(uid=" + Encoder.LdapFilterEncode(uid) + ")";
        // ok: csharp-ldap-injection
        var second = new DirectorySearcher("(objectClass=user)");
        return Ok();
    }
}
