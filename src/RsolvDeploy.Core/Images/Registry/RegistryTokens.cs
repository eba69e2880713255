using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>Responds to a registry's challenge: with the password, or with a token from the service that it names.</summary>
/// <param name="send">Sends a request within a time limit, again when the failure may be over.</param>
/// <param name="host">The registry.</param>
internal sealed class RegistryTokens(Func<Func<HttpRequestMessage>, CancellationToken, Task<HttpResponseMessage>> send, string host)
{
    private const string Client = "rsolvdeploy";

    /// <summary>The authorization for the next request; null when none is granted.</summary>
    /// <param name="challenge">The challenge.</param>
    /// <param name="credential">The credential; null for none.</param>
    /// <param name="asked">The address that gets a password.</param>
    /// <param name="scope">The scope of the token, where the challenge names none.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<AuthenticationHeaderValue?> RespondAsync(
        RegistryChallenge challenge, RegistryCredential? credential, Uri asked, string scope, CancellationToken ct)
    {
        if (challenge.IsBasic)
        {
            if (credential is not { HasPassword: true }) return null;
            if (!RegistryAddress.IsSafeForSecrets(asked)) throw Insecure(asked);
            return Basic(credential);
        }

        if (credential?.AccessToken is { } access)
            return RegistryAddress.IsSafeForSecrets(asked) ? new AuthenticationHeaderValue("Bearer", access) : throw Insecure(asked);
        if (!challenge.Parameters.TryGetValue("realm", out string? realm)
            || !Uri.TryCreate(realm.Trim(), UriKind.Absolute, out Uri? address)
            || address.Scheme is not ("http" or "https"))
        {
            throw Invalid("it names no service that issues tokens");
        }

        if (credential is not null && !RegistryAddress.IsSafeForSecrets(address)) throw Insecure(address);
        return await RequestAsync(address, Parameters(challenge, scope), credential, ct);
    }

    private async Task<AuthenticationHeaderValue?> RequestAsync(
        Uri address, Dictionary<string, string> parameters, RegistryCredential? credential, CancellationToken ct)
    {
        if (credential?.IdentityToken is { } identity)
        {
            using HttpResponseMessage exchanged = await send(() => Exchange(address, parameters, identity), ct);
            if (exchanged.IsSuccessStatusCode) return await ReadAsync(exchanged, ct);
            // A service that knows no exchange of tokens may still accept a password.
            if (!credential.HasPassword) return Refused(exchanged);
        }

        using HttpResponseMessage response = await send(() => Ask(address, parameters, credential), ct);
        return response.IsSuccessStatusCode ? await ReadAsync(response, ct) : Refused(response);
    }

    private static Dictionary<string, string> Parameters(RegistryChallenge challenge, string scope)
    {
        var parameters = new Dictionary<string, string>();
        if (challenge.Parameters.TryGetValue("service", out string? service)) parameters["service"] = service;
        parameters["scope"] = challenge.Parameters.TryGetValue("scope", out string? named) && named.Length > 0 ? named : scope;
        return parameters;
    }

    private static HttpRequestMessage Exchange(Uri address, Dictionary<string, string> parameters, string identity) =>
        new(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(parameters)
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = identity,
                ["client_id"] = Client,
            }),
        };

    private static HttpRequestMessage Ask(Uri address, Dictionary<string, string> parameters, RegistryCredential? credential)
    {
        IEnumerable<string> pairs = parameters.SelectMany(p => Values(p).Select(value => $"{p.Key}={Uri.EscapeDataString(value)}"));
        string query = string.Join('&', pairs), before = address.Query.TrimStart('?');
        var request = new HttpRequestMessage(
            HttpMethod.Get, new UriBuilder(address) { Query = before.Length == 0 ? query : $"{before}&{query}" }.Uri);
        if (credential is { HasPassword: true }) request.Headers.Authorization = Basic(credential);
        return request;
    }

    // A challenge may ask for several scopes, separated by blanks; each is a parameter of its own.
    private static string[] Values(KeyValuePair<string, string> parameter) =>
        parameter.Key == "scope" ? parameter.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [parameter.Value];

    // A service that refuses grants nothing; one that does not work is another error.
    private AuthenticationHeaderValue? Refused(HttpResponseMessage response) =>
        response.StatusCode < HttpStatusCode.InternalServerError && response.StatusCode != HttpStatusCode.TooManyRequests
            ? null
            : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"the service that it names answered {(int)response.StatusCode}"));

    private async Task<AuthenticationHeaderValue> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            var json = StrictJson.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            string?[] tokens = [json.At("token").Text(), json.At("access_token").Text()];
            string? token = tokens.FirstOrDefault(text => !string.IsNullOrEmpty(text));
            if (token is not null && !token.Any(char.IsControl)) return new AuthenticationHeaderValue("Bearer", token);
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
