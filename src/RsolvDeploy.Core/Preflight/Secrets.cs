using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Preflight;

/// <summary>Looks at the Secrets that have to be there. Evidence is the length of a value and a fingerprint, never the value.</summary>
internal static class Secrets
{
    public static async Task<IReadOnlyList<Check>> EvaluateAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        if (target.Secrets.Count == 0) return [PreflightChecks.SecretsExist.Skip("no secrets are configured")];
        var reads = target.Secrets.Keys.ToDictionary(name => name, name => cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct));
        var exist = PreflightChecks.SecretsExist.EvaluateAsync(async () =>
        {
            var missing = new List<string>();
            foreach (var (name, read) in reads)
                if (await read is null) missing.Add(name);
            return missing.Count == 0
                ? CheckOutcome.Passed(string.Join(", ", reads.Keys))
                : CheckOutcome.Failed($"not in {target.Namespace}: {string.Join(", ", missing)}", "Create them, or restore them from a backup.");
        });
        var values = target.Secrets.SelectMany(secret => secret.Value.Select(key =>
            LookAtKeyAsync(PreflightChecks.Secret(secret.Key, key.Key, key.Value), reads[secret.Key], secret.Key, key.Key, key.Value)));
        return await Task.WhenAll([exist, .. values]);
    }

    // Why a Secret cannot be read is said once, by secrets.exist.
    private static async Task<Check> LookAtKeyAsync(CheckDefinition box, Task<JsonObject?> read, string name, string key, string kind)
    {
        await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return read.Exception?.InnerException is DeployException ? box.Skip($"the Secret {name} could not be read; see {PreflightChecks.SecretsExist.Id}") : await box.EvaluateAsync(async () => Judge(await read, name, key, kind));
    }

    private static CheckOutcome Judge(JsonObject? secret, string name, string key, string kind)
    {
        if (secret is null) return CheckOutcome.Failed($"the Secret {name} is not there", "Create it.");
        if (secret.At("data", key).Text() is not { } encoded) return CheckOutcome.Failed($"the Secret {name} has no key {key}", "Add the key.");
        var bytes = Convert.FromBase64String(encoded);
        try
        {
            var value = Encoding.UTF8.GetString(bytes);
            var evidence = $"{kind}, {value.Length} characters, fingerprint {Fingerprint.Create(bytes)}";
            return SecretKind.FindProblem(kind, value) is { } complaint
                ? CheckOutcome.Failed($"{key} of {name}: {complaint}", $"Set {key} to a value of kind {kind}.")
                : value.Length != value.Trim().Length
                    ? CheckOutcome.Warning($"{evidence}; white space stands before or after it", "A line break at the end comes from 'echo'; make it with 'printf' or --from-literal.")
                    : CheckOutcome.Passed(evidence);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
