using System.IO;

class Documents
{
    string Read(string fileName)
    {
        // ruleid: csharp-path-from-parameter
        return File.ReadAllText(Path.Combine("/srv/documents", fileName));
    }

    Stream Open(string userFile)
    {
        // ruleid: csharp-path-from-parameter
        return new FileStream("/srv/documents/" + userFile, FileMode.Open);
    }

    string Last(string fileName)
    {
        // ok: csharp-path-from-parameter
        return File.ReadAllText(Path.Combine("/srv/documents", Path.GetFileName(fileName)));
    }

    string Whole(string fileName)
    {
        // ok: csharp-path-from-parameter
        return File.ReadAllText(fileName);
    }
}
