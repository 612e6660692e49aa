using System.Security.Cryptography;

class Sizes
{
    void Make()
    {
        // ruleid: csharp-weak-key-size
        var first = RSA.Create(1024);
        // ruleid: csharp-weak-key-size
        var second = new RSACryptoServiceProvider(512);
        // ok: csharp-weak-key-size
        var third = RSA.Create(3072);
        // ok: csharp-weak-key-size
        var fourth = new RSACryptoServiceProvider(2048);
    }
}
