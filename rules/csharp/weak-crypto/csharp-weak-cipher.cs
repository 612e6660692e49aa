using System.Security.Cryptography;

class Crypto
{
    void Make()
    {
        // ruleid: csharp-weak-cipher
        var des = DES.Create();
        // ruleid: csharp-weak-cipher
        var triple = new TripleDESCryptoServiceProvider();
        var aes = Aes.Create();
        // ruleid: csharp-weak-cipher
        aes.Mode = CipherMode.ECB;
        // ok: csharp-weak-cipher
        aes.Mode = CipherMode.CBC;
        // ok: csharp-weak-cipher
        var gcm = new AesGcm(key, 16);
    }
}
