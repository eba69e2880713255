using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A service on loopback that signs the tokens of a registry, as Docker Hub's and Azure's do.</summary>
internal sealed class TokenService : IDisposable
{
    private const string Service = "registry.test";
    private const string Issuer = "issuer.test";

    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly HttpListener _listener = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-tokens-").FullName;
    private readonly string _realm;

    public TokenService()
    {
        var request = new CertificateRequest("CN=issuer.test", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "root.pem"), _certificate.ExportCertificatePem());
        _realm = $"http://127.0.0.1:{LoopbackPort.Free()}/token";
        _listener.Prefixes.Add($"{_realm}/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>The section of the registry's configuration that requires these tokens.</summary>
    public string RegistrySection =>
        $"auth: {{ token: {{ realm: \"{_realm}\", service: {Service}, issuer: {Issuer}, rootcertbundle: {_folder}/root.pem }} }}";

    /// <summary>The refresh token that is exchanged; null for none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>The user and password that get tokens.</summary>
    public string Login { get; init; } = "deployer:sbxsecret-registry";

    /// <summary>The response with a token.</summary>
    public Func<string, JsonObject> Answer { get; init; } = token => new JsonObject { ["token"] = token };

    /// <summary>The method and scope of each request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose()
    {
        _listener.Close();
        _certificate.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var form = System.Web.HttpUtility.ParseQueryString(
            context.Request.HttpMethod == "POST" ? await reader.ReadToEndAsync() : context.Request.Url!.Query);
        Requests.Enqueue($"{context.Request.HttpMethod} {form["scope"]}");
        bool known = context.Request.HttpMethod == "POST"
            ? RefreshToken is not null && form["refresh_token"] == RefreshToken
            : context.Request.Headers["Authorization"] == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Login))}";
        context.Response.StatusCode = known ? 200 : 401;
        if (known)
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Answer(Sign(form["scope"] ?? "")).ToJsonString()));
        context.Response.Close();
    }

    private string Sign(string scope)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject
        {
            ["typ"] = "JWT",
            ["alg"] = "RS256",
            ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)),
        };
        List<string> scopes = scope.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Aggregate(new List<string>(), Join);
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "deployer",
            ["aud"] = Service,
            ["exp"] = now + 300,
            ["nbf"] = now - 10,
            ["iat"] = now,
            ["jti"] = now.ToString(CultureInfo.InvariantCulture),
            ["access"] = new JsonArray([.. scopes.Select(Grant)]),
        };
        string text = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{text}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    // "repository:a:pull,push repository:b:pull": actions after a comma belong to the scope before them.
    private static List<string> Join(List<string> scopes, string part)
    {
        if (part.Contains(':', StringComparison.Ordinal)) scopes.Add(part);
        else scopes[^1] += $",{part}";
        return scopes;
    }

    private static JsonNode Grant(string scope)
    {
        string[] parts = scope.Split(':');
        return new JsonObject
        {
            ["type"] = parts[0],
            ["name"] = parts[1],
            ["actions"] = new JsonArray([.. parts[2].Split(',').Select(action => (JsonNode)action)]),
        };
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
