using Microsoft.AspNetCore.Mvc;

public class CodeController : Controller
{
    public async Task<IActionResult> Run(string text)
    {
        // ruleid: csharp-code-injection
        var first = await CSharpScript.EvaluateAsync(text);
        // ruleid: csharp-code-injection
        var second = Activator.CreateInstance(Type.GetType(text));
        // ok: csharp-code-injection
        var third = await CSharpScript.EvaluateAsync("1 + 1");
        // ok: csharp-code-injection
        var fourth = Type.GetType("App.Users");
        return Ok();
    }
}
