using System.Net;

class Versions
{
    void Set()
    {
        // ruleid: csharp-tls-old-version
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
        // ruleid: csharp-tls-old-version
        handler.SslProtocols = SslProtocols.Ssl3;
        // ok: csharp-tls-old-version
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
        // ok: csharp-tls-old-version
        handler.SslProtocols = SslProtocols.None;
    }
}
