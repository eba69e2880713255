using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>Finds where a user of the kubeconfig has the credential from, in the order of client-go.</summary>
internal static class UserCredentials
{
    public static CredentialSource From(KubeconfigEntry user, KubeconfigEntry cluster, TimeProvider time)
    {
        var certificate = ClientCertificate(user);
        var token = user.Text("token");
        CheckToken(user, token);
        var basic = user.Text("username") is { } name
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{user.Text("password")}"))
            : null;
        if (basic is not null && (token is not null || user.Path("tokenFile") is not null))
            throw Invalid(user, $"The {user.What} has a token and a password; only one of them may be there.");
        if (user.Inner("exec") is not null && user.Inner("auth-provider") is not null)
            throw Invalid(user, $"The {user.What} has 'exec' and 'auth-provider'; only one of them may be there.");

        // A plugin is not run where anything else stands beside it.
        var inPlace = new Credential(token, certificate, basic);
        if (user.Path("tokenFile") is { } path) return new TokenFile(path, inPlace);
        if (token is not null || basic is not null) return new FixedCredential(inPlace);
        if (user.Inner("auth-provider") is { } provider) return Provider(user, provider, certificate, time);
        return certificate is null && user.Inner("exec") is { } exec
            ? ExecPlugin.From(exec, cluster, time)
            : new FixedCredential(inPlace);
    }

    /// <summary>The values of an exec plugin's variables and arguments that are named like a credential.</summary>
    public static IEnumerable<string> SecretsOf(KubeconfigEntry user)
    {
        if (user.Inner("exec") is not { } exec) return [];
        var arguments = exec.Texts("args").Select(argument => argument.Split('=', 2)).Where(parts => parts.Length == 2);
        return exec.Items("env").Select(item => new[] { item.Text("name") ?? "", item.Text("value") ?? "" }).Concat(arguments)
            .Where(parts => CredentialDetector.IsCredentialName(parts[0]))
            .Select(parts => parts[1]);
    }

    /// <summary>Whether a text can be the value of a header.</summary>
    public static bool IsHeaderValue(string text) => !text.Any(char.IsControl);

    private static OidcToken Provider(KubeconfigEntry user, KubeconfigEntry provider, ClientCertificate? certificate, TimeProvider time) =>
        provider.Text("name") switch
        {
            "oidc" => new OidcToken(user, certificate, time),
            "gcp" or "azure" => throw Invalid(
                user,
                $"The {user.What} uses the auth-provider '{provider.Text("name")}', which Kubernetes 1.26 removed; use an exec plugin."),
            var other => throw Invalid(user, $"The {user.What} uses the auth-provider '{other}', which does not exist; 'oidc' does."),
        };

    private static ClientCertificate? ClientCertificate(KubeconfigEntry user)
    {
        var certificate = user.Pem("client-certificate");
        var key = user.Pem("client-key");
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null) throw Invalid(user, $"The {user.What} has only one of client-certificate and client-key.");
        try
        {
            return Kubeconfig.ClientCertificate.Read(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw KubeconfigFile.Invalid(
                user.File.Path, $"client-certificate and client-key of {user.What} cannot be used: {e.Message}.", e);
        }
    }

    private static void CheckToken(KubeconfigEntry user, string? token)
    {
        if (token is null || (IsHeaderValue(token) && token.All(char.IsAscii))) return;
        var what = token.TrimEnd('\r', '\n') is var trimmed && IsHeaderValue(trimmed) && trimmed.All(char.IsAscii)
            ? "ends with a line break; write it as 'token: |-', or on the line of its key"
            : "contains a line break or another character that no token has";
        throw Invalid(user, $"The token of {user.What} {what}.");
    }

    private static DeployException Invalid(KubeconfigEntry user, string why) => KubeconfigFile.Invalid(user.File.Path, why, null);
}
