using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>secrets.*</c>: the configured Secrets and keys exist, with values of their kinds. Evidence is the length of a value and a
/// fingerprint, never the value.
/// </summary>
internal static class Secrets
{
    public static async Task<IReadOnlyList<Check>> EvaluateAsync(ClusterClient cluster, Target target, CheckScope scope)
    {
        var (clock, ct) = scope;
        if (target.Secrets.Count == 0) return [CheckTable.SecretsExist.Skip("no secrets are configured", clock)];
        var reads = target.Secrets.Keys.ToDictionary(
            name => name, name => cluster.FindAsync(ResourceKind.Secrets, target.Namespace, name, ct));
        var exist = CheckTable.SecretsExist.EvaluateAsync(scope, async () =>
        {
            var missing = new List<string>();
            foreach (var (name, read) in reads)
                if (await read is null) missing.Add(name);
            return CheckOutcome.MetIf(missing.Count == 0,
                missing.Count == 0 ? string.Join(", ", reads.Keys) : $"not in {target.Namespace}: {string.Join(", ", missing)}",
                "Create them, or restore them from a backup.").Compared(reads.Count, reads.Count - missing.Count);
        });
        var keys = target.Secrets.SelectMany(secret => secret.Value.Select(key => new SecretKey(secret.Key, key.Key, key.Value)));
        return await Task.WhenAll([exist, .. keys.Select(key => EvaluateKeyAsync(key, reads[key.Secret], scope))]);
    }

    private sealed record SecretKey(string Secret, string Key, string Kind);

    // Why a Secret cannot be read is reported once, by secrets.exist.
    private static async Task<Check> EvaluateKeyAsync(SecretKey key, Task<JsonObject?> read, CheckScope scope)
    {
        var definition = PreflightDefinitions.Secret(key.Secret, key.Key, key.Kind);
        await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return read.IsFaulted
            ? definition.Skip($"the Secret {key.Secret} could not be read; see {CheckTable.SecretsExist.Id}", scope.Clock)
            : await definition.EvaluateAsync(scope, async () => Judge(await read, key));
    }

    private static CheckOutcome Judge(JsonObject? secret, SecretKey wanted)
    {
        var (name, key, kind) = wanted;
        var least = SecretKind.LeastCharacters(kind);
        if (secret is null) return CheckOutcome.NotMet($"the Secret {name} does not exist", "Create it.").Compared(least, 0);
        if (secret.At("data", key).Text() is not { } encoded)
            return CheckOutcome.NotMet($"the Secret {name} has no key {key}", "Add the key.").Compared(least, 0);
        var bytes = Convert.FromBase64String(encoded);
        try
        {
            var value = Encoding.UTF8.GetString(bytes);
            var evidence = $"{kind}, {value.Length} characters, fingerprint {Fingerprint.Create(bytes)}";
            var outcome = SecretKind.FindProblem(kind, value) is { } problem ? CheckOutcome.NotMet(
                $"{key} of {name}: {problem}", $"Set {key} to a value of kind {kind}.")
                : value.Length != value.Trim().Length
                ? CheckOutcome.Warning(
                    $"{evidence}; white space stands before or after it",
                    "A line break at the end comes from 'echo'; create it with 'printf' or --from-literal.")
                : CheckOutcome.Met(evidence);
            return outcome.Compared(least, value.Length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
