using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>The App of the sandbox's GitHub, which is installed in its repository.</summary>
internal sealed class GitHubAppKey
{
    /// <summary>The id of the App.</summary>
    public const string Id = "424242";

    /// <summary>The id of its installation.</summary>
    public const long Installation = 77001;

    private readonly Lazy<RSA> _key = new(() => RSA.Create(2048));

    /// <summary>The private key, as GitHub gives it.</summary>
    public string PrivateKey => _key.Value.ExportRSAPrivateKeyPem();

    /// <summary>Whether a token is a proof of the App that is valid now: RS256, at most ten minutes, by the App.</summary>
    public bool Proves(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return false;
        try
        {
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var (from, to) = ((long?)claims["iat"] ?? now, (long?)claims["exp"] ?? 0);
            return (string?)header["alg"] == "RS256" && (string?)claims["iss"] == Id && from <= now && to > now && to - now <= 600
                && _key.Value.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
                    HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
