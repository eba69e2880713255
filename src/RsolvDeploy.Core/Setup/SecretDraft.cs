using System.Text;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Json;

namespace RsolvDeploy.Setup;

/// <summary>Drafts the Secrets and keys that the pods read, each with the kind of its value. No value is written.</summary>
internal static class SecretDraft
{
    // From the strictest to the one that every value is.
    private static readonly string[] Kinds = ["postgres-url", "redis-url", "hex(64)", "non-empty"];

    /// <summary>Adds the settings.</summary>
    public static async Task AddAsync(Draft draft, ClusterClient cluster, WorkloadSurvey survey, CancellationToken ct)
    {
        var references = PodReferences.From(survey.Template.At("spec"))
            .Where(one => one is { Optional: false, Where: not "imagePullSecrets" } && one.Kind == ResourceKind.Secrets)
            .GroupBy(one => one.Name)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var group in references)
        {
            if (await ReadAsync(cluster, survey.Namespace, group.Key, ct) is not { } secret)
            {
                draft.Leave($"the Secret {group.Key} that the pods read cannot be read or does not exist");
                continue;
            }

            var keys = group.Any(one => one.Key is null) ? secret.Data?.Keys ?? [] : group.Select(one => one.Key!);
            var kinds = keys.Distinct().Order(StringComparer.Ordinal).Select(key => (Key: key, Kind: KindOf(secret, key))).ToList();
            lines.Add($"  {YamlText.Scalar(group.Key)}:");
            lines.AddRange(kinds.Where(one => one.Kind is not null).Select(one => $"    {YamlText.Scalar(one.Key)}: {one.Kind}"));
            foreach (var (key, _) in kinds.Where(one => one.Kind is null))
                draft.Leave($"the key {key} of the Secret {group.Key} has no value");
            if (kinds.TrueForAll(one => one.Kind is null)) lines.RemoveAt(lines.Count - 1);
        }

        if (lines.Count == 0) return;
        var count = lines.Count(line => line.StartsWith("    ", StringComparison.Ordinal));
        draft.Add($"the pods read {count} keys of Secrets", ["secrets:", .. lines]);
    }

    private static async Task<V1Secret?> ReadAsync(ClusterClient cluster, string ns, string name, CancellationToken ct)
    {
        try
        {
            return (await cluster.FindAsync(ResourceKind.Secrets, ns, name, ct))?.ReadAs<V1Secret>();
        }
        catch (ApiException e) when (e.StatusCode == 403)
        {
            return null;
        }
    }

    private static string? KindOf(V1Secret secret, string key) =>
        secret.Data is { } data && data.TryGetValue(key, out var value) && Encoding.UTF8.GetString(value) is var text
            ? Kinds.FirstOrDefault(kind => SecretKind.FindProblem(kind, text) is null)
            : null;
}
