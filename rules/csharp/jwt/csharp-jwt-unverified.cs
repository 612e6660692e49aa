class Tokens
{
    void Read()
    {
        // ruleid: csharp-jwt-unverified
        var first = new TokenValidationParameters { ValidateIssuerSigningKey = false, IssuerSigningKey = key };
        // ruleid: csharp-jwt-unverified
        var second = new TokenValidationParameters { RequireSignedTokens = false };
        // ruleid: csharp-jwt-unverified
        parameters.SignatureValidator = (token, p) => new JwtSecurityToken(token);
        // ok: csharp-jwt-unverified
        var third = new TokenValidationParameters { ValidateIssuerSigningKey = true, IssuerSigningKey = key };
        // ok: csharp-jwt-unverified
        var fourth = new TokenValidationParameters { ValidateAudience = false };
    }
}
