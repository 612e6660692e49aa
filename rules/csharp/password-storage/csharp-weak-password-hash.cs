using System.Security.Cryptography;

class Stored
{
    void Make(string password, byte[] salt)
    {
        // ruleid: csharp-weak-password-hash
        var first = new Rfc2898DeriveBytes(password, salt, 1000);
        // ruleid: csharp-weak-password-hash
        var second = new Rfc2898DeriveBytes(password, salt);
        // ruleid: csharp-weak-password-hash
        var third = new PasswordDeriveBytes(password, salt);
        // ok: csharp-weak-password-hash
        var fourth = new Rfc2898DeriveBytes(password, salt, 600000, HashAlgorithmName.SHA256);
        // ok: csharp-weak-password-hash
        var fifth = Rfc2898DeriveBytes.Pbkdf2(password, salt, 600000, HashAlgorithmName.SHA256, 32);
    }
}
