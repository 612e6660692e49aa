using System.IO.Compression;

class Unpack
{
    void All(ZipArchive archive, string folder)
    {
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            // ruleid: csharp-archive-extraction
            entry.ExtractToFile(Path.Combine(folder, entry.FullName));
        }
    }

    void Streams(ZipArchive archive, string folder)
    {
        foreach (var entry in archive.Entries)
        {
            var path = Path.Combine(folder, entry.FullName);
            // ruleid: csharp-archive-extraction
            using var file = new FileStream(path, FileMode.Create);
        }
    }

    void Checked(ZipArchive archive, string folder)
    {
        foreach (var entry in archive.Entries)
        {
            var path = Path.GetFullPath(Path.Combine(folder, entry.FullName));
            if (!path.StartsWith(folder))
            {
                throw new IOException("outside");
            }
            // ok: csharp-archive-extraction
            entry.ExtractToFile(path);
        }
    }

    void Named(ZipArchive archive, string folder)
    {
        foreach (var entry in archive.Entries)
        {
            // ok: csharp-archive-extraction
            entry.ExtractToFile(Path.Combine(folder, Path.GetFileName(entry.FullName)));
        }
    }
}
