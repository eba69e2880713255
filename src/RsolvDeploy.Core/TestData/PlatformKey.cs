using System.Text;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.TestData;

/// <summary>Reads the key of the platform's API from its Secret. The value is only ever sent, never shown.</summary>
internal static class PlatformKey
{
    /// <exception cref="DeployException"><c>TestDataKeyMissing</c>, <c>TestDataKeyInvalid</c>.</exception>
    public static async Task<string> ReadAsync(ClusterClient cluster, Target target, SecretKeyReference key, CancellationToken ct)
    {
        string where = $"key {key.Key} of the Secret {target.Namespace}/{key.Secret}";
        var secret = await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, key.Secret, ct);
        if (secret.At("data", key.Key).Text() is not { Length: > 0 } encoded)
        {
            throw new DeployException(
                "TestDataKeyMissing",
                FaultCategory.ObjectNotFound,
                secret is null ? $"The Secret {target.Namespace}/{key.Secret} does not exist." : $"There is no {where}.",
                "Create it, or correct testData.key of the target.")
            { Subject = key.Secret };
        }

        // A line break at the end comes from the shell that made the Secret; no header can hold it.
        string value = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).TrimEnd('\r', '\n');
        return value.Length > 0 && value.All(c => c is > ' ' and < '\u007f') ? value : throw new DeployException(
            "TestDataKeyInvalid",
            FaultCategory.InvalidData,
            $"The {where} is no text that a header can hold: {value.Length} characters, not all of them printable ASCII.",
            "Set it to the key of the platform's API, without white space.")
        { Subject = key.Secret };
    }
}
