using System.Security.Cryptography;

class Hashes
{
    void Make(byte[] data)
    {
        // ruleid: csharp-weak-hash
        var md5 = MD5.Create();
        // ruleid: csharp-weak-hash
        var sha1 = SHA1.HashData(data);
        // ruleid: csharp-weak-hash
        var old = new SHA1Managed();
        // ok: csharp-weak-hash
        var sha256 = SHA256.Create();
        // ok: csharp-weak-hash
        var mac = new HMACSHA256(key);
    }
}
