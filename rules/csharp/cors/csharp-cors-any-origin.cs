class Startup
{
    void Configure(CorsPolicyBuilder policy)
    {
        // ruleid: csharp-cors-any-origin
        policy.AllowAnyOrigin();
        // ruleid: csharp-cors-any-origin
        policy.SetIsOriginAllowed(origin => true);
        // ruleid: csharp-cors-any-origin
        Response.Headers.Add("Access-Control-Allow-Origin", "*");
        // ok: csharp-cors-any-origin
        policy.WithOrigins("https://app.example.com");
        // ok: csharp-cors-any-origin
        policy.AllowAnyMethod();
    }
}
