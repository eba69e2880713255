using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>Responds to a registry's challenge: with the password, or with a token from the service that it names.</summary>
internal sealed class RegistryTokens(HttpClient http, string host)
{
    /// <summary>The authorization for the next request; null when none is granted.</summary>
    public async Task<AuthenticationHeaderValue?> RespondAsync(
        RegistryChallenge challenge, RegistryCredential? credential, Uri asked, CancellationToken ct)
    {
        if (challenge.IsBasic)
        {
            if (credential is null) return null;
            if (!RegistryAddress.IsSafeForSecrets(asked)) throw Insecure(asked);
            return Basic(credential);
        }

        if (!challenge.Parameters.TryGetValue("realm", out string? realm) || !Uri.TryCreate(realm, UriKind.Absolute, out Uri? address)
            || address.Scheme is not ("http" or "https"))
        {
            throw Invalid("it names no service that issues tokens");
        }

        if (credential is not null && !RegistryAddress.IsSafeForSecrets(address)) throw Insecure(address);
        using HttpRequestMessage request = Request(address, challenge, credential);
        using HttpResponseMessage response = await http.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode) return null;
        return new AuthenticationHeaderValue("Bearer", await ReadAsync(response, ct));
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
        var request = new HttpRequestMessage(
            HttpMethod.Get, new UriBuilder(address) { Query = before.Length == 0 ? query : $"{before}&{query}" }.Uri);
        if (credential is not null) request.Headers.Authorization = Basic(credential);
        return request;
    }

    private async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            var json = StrictJson.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            if ((json.At("token").Text() ?? json.At("access_token").Text()) is { Length: > 0 } token && !token.Any(char.IsControl))
                return token;
        }
        catch (JsonException)
        {
            // The response may hold a token, so it is not shown.
        }

        throw Invalid("the service that it names returned no token");
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private DeployException Invalid(string why) => new(
        "RegistryAnswerInvalid",
        FaultCategory.ProtocolError,
        $"The registry {host} requires a token, but {why}.",
        "Check that the address in image.repository is that of a registry.")
    { Subject = host };

    private DeployException Insecure(Uri address) => new(
        "RegistryInsecure",
        FaultCategory.SecurityError,
        $"The registry {host} requires the credential to be sent to {address.GetLeftPart(UriPartial.Authority)} in clear text.",
        "Use HTTPS for the registry and its token service; plain HTTP is used on loopback only.")
    { Subject = host };
}
