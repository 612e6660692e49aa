using System.IO;
using Microsoft.AspNetCore.Mvc;

public class FilesController : Controller
{
    public IActionResult Get(string name)
    {
        // ruleid: csharp-path-traversal
        var text = System.IO.File.ReadAllText("/srv/files/" + name);
        var path = Path.Combine("/srv/files", name);
        // ruleid: csharp-path-traversal
        var stream = new FileStream(path, FileMode.Open);
        // ok: csharp-path-traversal
        var good = System.IO.File.ReadAllBytes(Path.Combine("/srv/files", Path.GetFileName(name)));
        var full = Path.GetFullPath(path);
        if (!full.StartsWith("/srv/files/"))
        {
            return NotFound();
        }
        // ok: csharp-path-traversal
        return PhysicalFile(full, "text/plain");
    }
}
