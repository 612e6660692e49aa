using System;

class Tokens
{
    void Make()
    {
        // ruleid: csharp-predictable-random
        var random = new Random();
        // ruleid: csharp-predictable-random
        int code = Random.Shared.Next(1000000);
        // ok: csharp-predictable-random
        int good = RandomNumberGenerator.GetInt32(1000000);
        // ok: csharp-predictable-random
        var repeatable = new Random(42);
    }
}
