using System.Net;

class Tls
{
    void Clients()
    {
        // ruleid: csharp-tls-trust-all
        ServicePointManager.ServerCertificateValidationCallback = (sender, certificate, chain, errors) => true;
        // ruleid: csharp-tls-trust-all
        ServicePointManager.ServerCertificateValidationCallback += (sender, certificate, chain, errors) => { return true; };
        // ruleid: csharp-tls-trust-all
        handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
        // ok: csharp-tls-trust-all
        handler.ServerCertificateCustomValidationCallback = Check;
        // ok: csharp-tls-trust-all
        handler.ServerCertificateCustomValidationCallback = (request, certificate, chain, errors) => errors == SslPolicyErrors.None;
    }
}
