using Microsoft.AspNetCore.Http;

class Cookies
{
    void Set()
    {
        // ruleid: csharp-cookie-insecure
        var first = new CookieOptions { HttpOnly = true, Secure = false };
        // ruleid: csharp-cookie-insecure
        cookie.HttpOnly = false;
        // ruleid: csharp-cookie-insecure
        Response.Cookies.Append("session", id);
        // ruleid: csharp-cookie-insecure
        options.Cookie.SecurePolicy = CookieSecurePolicy.None;
        // ok: csharp-cookie-insecure
        var second = new CookieOptions { HttpOnly = true, Secure = true };
        // ok: csharp-cookie-insecure
        Response.Cookies.Append("session", id, second);
    }
}
