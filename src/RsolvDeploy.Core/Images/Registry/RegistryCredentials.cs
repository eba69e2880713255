using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>Finds a registry's credential where <c>docker login</c> stores it: a helper, a store, or the file itself.</summary>
internal sealed class RegistryCredentials(DockerEnvironment environment, DockerConfigFile? logins = null)
{
    /// <summary>The user that helpers return for a token.</summary>
    private const string TokenUser = "<token>";

    private const string DockerHubKey = "https://index.docker.io/v1/";

    /// <summary>The credential for a registry's host; null for none.</summary>
    public async Task<RegistryCredential?> FindAsync(string host, CancellationToken ct)
    {
        var config = logins ?? DockerConfigFile.Load(environment);
        string key = host == ImageReference.DockerHub ? DockerHubKey : host;
        if ((config.CredentialHelper(key) ?? config.CredentialStore) is { } helper)
        {
            if (await new CredentialProgram(helper, environment).GetAsync(key, ct) is not { } response) return null;
            string user = response["Username"].Text() ?? "";
            string secret = response["Secret"].Text() ?? "";
            return user == TokenUser ? new RegistryCredential("", "", secret) : new RegistryCredential(user, secret, null);
        }

        // Old versions wrote addresses with scheme and path.
        string[] keys = host == ImageReference.DockerHub
            ? [key, host, "index.docker.io"]
            : [host, $"https://{host}", $"https://{host}/v1/", $"https://{host}/v2/", $"http://{host}"];
        return keys.Select(config.Auth)
            .OfType<JsonObject>()
            .Select(auth => Read(auth, host, config.FullPath))
            .FirstOrDefault(c => c is not null);
    }

    private static RegistryCredential? Read(JsonObject auth, string host, string file)
    {
        string? token = auth["identitytoken"].Text() is { Length: > 0 } text ? text : null;
        string user = auth["username"].Text() ?? "";
        string password = auth["password"].Text() ?? "";
        if (auth["auth"].Text() is { Length: > 0 } encoded) (user, password) = Decode(encoded, host, file);
        return token is null && user.Length == 0 ? null : new RegistryCredential(user, password, token);
    }

    private static (string User, string Password) Decode(string encoded, string host, string file)
    {
        byte[] bytes = new byte[encoded.Length];
        string text = Convert.TryFromBase64String(encoded, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0')
            : "";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0) return (text[..colon], text[(colon + 1)..]);
        throw new DeployException(
            "DockerConfigInvalid",
            FaultCategory.ReadError,
            $"The credential for {host} in {file} cannot be read.",
            $"Log in again with 'docker login {host}'.")
        { Subject = file };
    }
}
