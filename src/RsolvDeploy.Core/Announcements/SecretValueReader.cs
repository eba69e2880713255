using System.Text;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Announcements;

/// <summary>Reads secret values where they lie, and adds them to the redactor before anything else is done with them.</summary>
/// <param name="target">The environment.</param>
/// <param name="cluster">Connects to its cluster; only when a Secret is read.</param>
/// <param name="redactor">Removes them from what leaves the module.</param>
internal sealed class SecretValueReader(Target target, Func<ClusterClient> cluster, Redactor redactor)
{
    /// <summary>The value.</summary>
    /// <exception cref="DeployException"><c>SecretValueMissing</c>, or an error of the cluster.</exception>
    public async Task<string> ReadAsync(SecretValueReference reference, CancellationToken ct)
    {
        var value = reference.SecretKey is { } key
            ? await ReadSecretAsync(key, ct)
            : Environment.GetEnvironmentVariable(reference.EnvironmentVariable!);
        // A line break at the end comes from the shell that made it.
        value = value?.Trim('\r', '\n', ' ');
        if (string.IsNullOrEmpty(value))
        {
            throw new DeployException("SecretValueMissing", FaultCategory.ObjectNotFound, $"The {reference} is missing or empty.",
                "Set it, or correct 'announce' of the target.")
            { Subject = reference.ToString() };
        }

        redactor.Add(value);
        return value;
    }

    private async Task<string?> ReadSecretAsync(SecretKeyReference key, CancellationToken ct)
    {
        var secret = await cluster().FindAsync(ResourceKind.Secrets, target.Namespace, key.Secret, ct);
        return secret.At("data", key.Key).Text() is { } encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : null;
    }
}
