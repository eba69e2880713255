using RsolvDeploy.Configuration;

namespace RsolvDeploy.Images.Registry;

/// <summary>The address of a registry's API. Plain HTTP is used on loopback only, where nobody can listen.</summary>
internal static class RegistryAddress
{
    public static Uri For(string host)
    {
        if (host == ImageReference.DockerHub) return new Uri("https://registry-1.docker.io/v2/");
        var secure = new Uri($"https://{host}/v2/");
        return SafeAddress.IsLoopback(secure) ? new Uri($"http://{host}/v2/") : secure;
    }

    /// <summary>Whether a credential may be sent there.</summary>
    public static bool IsSafeForSecrets(Uri address) => SafeAddress.IsPrivate(address);
}
