using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>Finds where a user of the kubeconfig has the credential from.</summary>
internal static class UserCredentials
{
    public static CredentialSource From(KubeconfigEntry user, KubeconfigEntry cluster, TimeProvider time)
    {
        var certificate = ClientCertificate(user);
        if (user.Inner("exec") is { } exec) return ExecPlugin.From(exec, cluster, time);
        if (user.Inner("auth-provider") is not null)
        {
            throw KubeconfigFile.Invalid(
                user.File.Path, $"The {user.What} uses 'auth-provider', which Kubernetes 1.26 removed; use an exec plugin.", null);
        }

        var basic = user.Text("username") is { } name
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{user.Text("password")}"))
            : null;
        var inPlace = new Credential(user.Text("token"), certificate, basic);
        return user.Path("tokenFile") is { } path ? new TokenFile(path, inPlace) : new FixedCredential(inPlace);
    }

    /// <summary>The certificate and key of two PEM texts, in a form that TLS can use on every system.</summary>
    public static X509Certificate2 Certificate(string certificate, string key)
    {
        var made = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows()) return made;
        using (made)
        {
            // Windows' TLS does not take a key that only lives in memory.
            return new X509Certificate2(made.Export(X509ContentType.Pkcs12));
        }
    }

    private static X509Certificate2? ClientCertificate(KubeconfigEntry user)
    {
        var certificate = user.Pem("client-certificate");
        var key = user.Pem("client-key");
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null)
        {
            throw KubeconfigFile.Invalid(user.File.Path, $"The {user.What} has only one of client-certificate and client-key.", null);
        }

        try
        {
            return Certificate(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw KubeconfigFile.Invalid(user.File.Path, $"client-certificate and client-key of {user.What} are no PEM pair.", e);
        }
    }
}
