using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>
/// Finds a registry's credential where the docker program does: in <c>DOCKER_AUTH_CONFIG</c>, in a credential helper, or in the
/// configuration file itself.
/// </summary>
/// <param name="environment">The environment of the docker program.</param>
/// <param name="logins">The only configuration to read; null for those of the environment.</param>
internal sealed class RegistryCredentials(DockerEnvironment environment, DockerConfigFile? logins = null)
{
    /// <summary>The user that helpers return for a token.</summary>
    private const string TokenUser = "<token>";

    /// <summary>The credential for a registry.</summary>
    /// <param name="host">The registry's host.</param>
    /// <param name="path">The repository within the registry; empty for none.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<RegistryLogin> FindAsync(string host, string path, CancellationToken ct)
    {
        DeployException? fault = null;
        foreach (Func<DockerConfigFile?> source in Sources())
        {
            try
            {
                if (source() is not { } config) continue;
                var (found, failed) = await FindAsync(config, host, path, ct);
                fault ??= failed;
                if (found is null) continue;
                Learn(found);
                return new RegistryLogin(found, fault);
            }
            catch (DeployException e) when (e.Id == "DockerConfigInvalid")
            {
                fault ??= e;
            }
        }

        return new RegistryLogin(null, fault);
    }

    private void Learn(RegistryCredential credential)
    {
        environment.Redactor?.Add(credential.Password);
        environment.Redactor?.Add(credential.IdentityToken);
        environment.Redactor?.Add(credential.AccessToken);
    }

    private IEnumerable<Func<DockerConfigFile?>> Sources() => logins is null
        ? [() => DockerConfigFile.FromVariable(environment), () => DockerConfigFile.Load(environment)]
        : [() => logins];

    private async Task<RegistryLogin> FindAsync(DockerConfigFile config, string host, string path, CancellationToken ct)
    {
        DeployException? fault = null;
        string? own = LoginKeys.Match(config.HelperKeys, host, "").Select(config.CredentialHelper).FirstOrDefault();
        if ((own ?? config.CredentialStore) is { } helper)
        {
            try
            {
                if (await new CredentialProgram(helper, environment).GetAsync(LoginKeys.ForHelper(host), ct) is { } response)
                    return new RegistryLogin(Read(response), null);
            }
            catch (DeployException e) when (e.Id == "CredentialHelperFailed")
            {
                // Many registries serve everybody; the caller reports it where a credential is needed.
                fault = e;
            }
        }

        RegistryCredential? stored = LoginKeys.Match(config.AuthKeys, host, path)
            .Select(config.Auth)
            .OfType<JsonObject>()
            .Select(auth => Read(auth, host, config.FullPath))
            .FirstOrDefault(c => c is not null);
        return new RegistryLogin(stored, fault);
    }

    private static RegistryCredential Read(JsonObject response)
    {
        string user = response["Username"].Text() ?? "";
        string secret = response["Secret"].Text() ?? "";
        return user == TokenUser ? new RegistryCredential("", "", secret) : new RegistryCredential(user, secret, null);
    }

    private static RegistryCredential? Read(JsonObject auth, string host, string file)
    {
        string? token = NotEmpty(auth["identitytoken"]);
        string? access = NotEmpty(auth["registrytoken"]);
        string user = auth["username"].Text() ?? "";
        string password = auth["password"].Text() ?? "";
        if (NotEmpty(auth["auth"]) is { } encoded) (user, password) = Decode(encoded, host, file);
        if (user == TokenUser && token is null) (user, password, token) = ("", "", password);
        return token is null && access is null && user.Length == 0
            ? null
            : new RegistryCredential(user, password, token) { AccessToken = access };
    }

    private static string? NotEmpty(JsonNode? node) => node.Text() is { Length: > 0 } text ? text : null;

    private static (string User, string Password) Decode(string encoded, string host, string file)
    {
        // Some tools leave out the padding, or break the line.
        string compact = string.Concat(encoded.Where(c => !char.IsWhiteSpace(c))).TrimEnd('=');
        byte[] bytes = new byte[compact.Length];
        string text = Convert.TryFromBase64String(compact.PadRight((compact.Length + 3) / 4 * 4, '='), bytes, out int length)
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
