using System.Security.Cryptography;

class Nonces
{
    void Make(byte[] received)
    {
        var aes = Aes.Create();
        // ruleid: csharp-fixed-nonce
        aes.IV = new byte[16];
        // ruleid: csharp-fixed-nonce
        aes.IV = Encoding.UTF8.GetBytes("0123456789abcdef");
        // ok: csharp-fixed-nonce
        aes.IV = received;
        // ok: csharp-fixed-nonce
        aes.GenerateIV();
    }
}
