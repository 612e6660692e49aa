using System.Diagnostics;

class Tools
{
    void Ping(string host)
    {
        // ruleid: csharp-command-from-parameter
        Process.Start("cmd.exe", "/c ping " + host);
    }

    void Configured(string arguments)
    {
        var info = new ProcessStartInfo();
        // ruleid: csharp-command-from-parameter
        info.Arguments = "--run " + arguments;
    }

    void Listed(string folder)
    {
        var info = new ProcessStartInfo("ls");
        // ok: csharp-command-from-parameter
        info.ArgumentList.Add(folder);
        // ok: csharp-command-from-parameter
        Process.Start("ls", "-l");
    }
}
