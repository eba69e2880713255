using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>What proves who we are. Not a record, so that no string of it ever shows a secret.</summary>
internal sealed class Credential(string? token, ClientCertificate? certificate = null, string? basic = null)
{
    public static readonly Credential None = new(null);

    /// <summary>A bearer token; null for none.</summary>
    public string? Token { get; } = token;

    /// <summary>The client certificate, with what is sent beside it; null for none.</summary>
    public ClientCertificate? Chain { get; } = certificate;

    /// <summary>The client certificate; null for none.</summary>
    public X509Certificate2? Certificate => Chain?.Leaf;

    /// <summary>User and password in the form of the Basic scheme; null for none.</summary>
    public string? Basic { get; } = basic;

    /// <summary>The password of the Basic scheme; null for none.</summary>
    public string? Password => Basic is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(Basic)).Split(':', 2)[^1];

    /// <summary>Whether nothing proves who we are.</summary>
    public bool IsEmpty => Token is null && Chain is null && Basic is null;
}
