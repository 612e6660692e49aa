class Startup
{
    void Configure(WebApplication app)
    {
        // ruleid: csharp-developer-page
        app.UseDeveloperExceptionPage();
    }

    void Other(IApplicationBuilder builder)
    {
        // ruleid: csharp-developer-page
        builder.UseDeveloperExceptionPage();
    }

    void Right(WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            // ok: csharp-developer-page
            app.UseDeveloperExceptionPage();
        }
        // ok: csharp-developer-page
        app.UseExceptionHandler("/error");
    }
}
