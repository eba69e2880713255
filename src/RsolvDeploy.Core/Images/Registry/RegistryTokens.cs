using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Registry;

/// <summary>Answers a registry's challenge: with the password, or with a token from the service it names.</summary>
internal sealed class RegistryTokens(HttpClient http, string host)
{
    public async Task<AuthenticationHeaderValue?> RespondAsync(RegistryChallenge challenge, RegistryCredential? credential, Uri asked, CancellationToken ct)
    {
        if (challenge.IsBasic)
        {
            if (credential is null) return null;
            if (!RegistryAddress.IsSafeForSecrets(asked)) throw Insecure(asked);
            return Basic(credential);
        }

        if (!challenge.Parameters.TryGetValue("realm", out string? realm) || !Uri.TryCreate(realm, UriKind.Absolute, out Uri? address))
            throw Broken("it names no service that gives tokens");
        if (credential is not null && !RegistryAddress.IsSafeForSecrets(address)) throw Insecure(address);
        using HttpRequestMessage request = Request(address, challenge, credential);
        using HttpResponseMessage answer = await http.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode) return null;
        return new AuthenticationHeaderValue("Bearer", await ReadAsync(answer, ct));
    }

    private static HttpRequestMessage Request(Uri address, RegistryChallenge challenge, RegistryCredential? credential)
    {
        var parameters = new Dictionary<string, string>();
        foreach (string name in (string[])["service", "scope"])
        {
            if (challenge.Parameters.TryGetValue(name, out string? value)) parameters[name] = value;
        }

        if (credential?.IdentityToken is { } identity)
        {
            parameters["grant_type"] = "refresh_token";
            parameters["refresh_token"] = identity;
            parameters["client_id"] = "rsolvdeploy";
            return new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(parameters) };
        }

        string query = string.Join('&', parameters.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        string before = address.Query.TrimStart('?');
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(address) { Query = before.Length == 0 ? query : $"{before}&{query}" }.Uri);
        if (credential is not null) request.Headers.Authorization = Basic(credential);
        return request;
    }

    private async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct));
            if (json is JsonObject token && ((string?)token["token"] ?? (string?)token["access_token"]) is { Length: > 0 } text) return text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Its text may hold a token, so it is not shown.
        }

        throw Broken("the service it names gave no token");
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private DeployException Broken(string why) => new(
        "RegistryAnswerInvalid",
        FaultCategory.ProtocolError,
        $"The registry {host} asks for a token, but {why}.",
        "See that the address in image.repository is a registry's.")
    { Subject = host };

    private DeployException Insecure(Uri address) => new(
        "RegistryInsecure",
        FaultCategory.SecurityError,
        $"The registry {host} wants the credential sent to {address.GetLeftPart(UriPartial.Authority)} in clear text.",
        "Have the registry and its token service speak HTTPS; plain HTTP is used on loopback only.")
    { Subject = host };
}
