using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>What a run must not lose: the objects of the cluster, the releases of its histories, and the complete backups.</summary>
/// <param name="Objects">The objects that operators own, by kind and name, without what controllers and records write.</param>
/// <param name="Releases">The run of each release in a history.</param>
/// <param name="Backups">The hash of each complete backup, by its folder.</param>
/// <param name="Images">The images of the Deployment.</param>
/// <param name="Locks">Who holds each lock that is held.</param>
internal sealed partial record SandboxState(
    IReadOnlyDictionary<string, string> Objects,
    IReadOnlySet<string> Releases,
    IReadOnlyDictionary<string, string> Backups,
    IReadOnlyList<string> Images,
    IReadOnlyDictionary<string, string> Locks)
{
    private static readonly KindInfo[] Kinds =
    [
        KindInfo.Deployments, KindInfo.StatefulSets, KindInfo.DaemonSets, KindInfo.CronJobs, KindInfo.ConfigMaps, KindInfo.Secrets,
        KindInfo.Services,
    ];

    // Each complete backup has it.
    private const string Seal = "manifest.json.sha256";

    // Written by controllers and API servers, not by who owns the object.
    private static readonly string[] OfServer = ["resourceVersion", "generation", "managedFields", "annotations"];

    /// <summary>Reads it.</summary>
    public static SandboxState Read(SandboxServer sandbox)
    {
        var maps = sandbox.Objects.List(KindInfo.ConfigMaps, null).Items;
        var backups = Path.Combine(sandbox.Folder, "backups");
        return new SandboxState(
            Kinds.SelectMany(kind => sandbox.Objects.List(kind, null).Items.Select(item => (kind.Kind, item)))
                .Where(one => !IsRecord(Name(one.item)))
                .ToDictionary(one => $"{one.Kind}/{one.item["metadata"]!["namespace"]}/{Name(one.item)}", one => Content(one.item)),
            maps.Where(map => Name(map).StartsWith("rsolv-history-", StringComparison.Ordinal))
                .SelectMany(map => Run().Matches(map.ToJsonString()).Select(match => match.Value))
                .ToHashSet(StringComparer.Ordinal),
            Directory.Exists(backups)
                ? Directory.EnumerateFiles(backups, Seal, SearchOption.AllDirectories)
                    .ToDictionary(file => Path.GetDirectoryName(file)!, File.ReadAllText)
                : new Dictionary<string, string>(),
            [.. (sandbox.Objects.Find(KindInfo.Deployments, sandbox.Namespace, SandboxSeed.Deployment)?
                ["spec"]!["template"]!["spec"]!["containers"]!.AsArray() ?? []).Select(container => $"{container!["image"]}")],
            sandbox.Objects.List(KindInfo.Leases, null).Items
                .Where(lease => $"{lease["spec"]?["holderIdentity"]}".Length > 0)
                .ToDictionary(Name, lease => $"{lease["spec"]!["holderIdentity"]}"));
    }

    /// <summary>Whether a folder, of the sandbox or elsewhere, is a complete backup.</summary>
    public static bool IsBackup(string? folder) => File.Exists(Path.Combine(folder ?? "", Seal));

    /// <summary>Nothing that was there is gone or changed, unless a result claims a change.</summary>
    public void AssertNothingLost(SandboxState after, bool isChangeClaimed)
    {
        if (!isChangeClaimed) Assert.Equal(Objects, after.Objects);
        Assert.Subset(after.Releases.ToHashSet(StringComparer.Ordinal), Releases.ToHashSet(StringComparer.Ordinal));
        Assert.All(after.Locks, one => Assert.Equal((one.Key, one.Value), (one.Key, Locks.GetValueOrDefault(one.Key))));
    }

    private static bool IsRecord(string name) =>
        name.StartsWith("rsolv-history-", StringComparison.Ordinal) || name.StartsWith("rsolv-run-", StringComparison.Ordinal)
            || name.StartsWith("rsolv-release-", StringComparison.Ordinal);

    private static string Content(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        copy.Remove("status");
        foreach (var field in OfServer) copy["metadata"]!.AsObject().Remove(field);
        return copy.ToJsonString();
    }

    private static string Name(JsonObject item) => (string)item["metadata"]!["name"]!;

    [GeneratedRegex(@"\b\d{8}-\d{6}-[0-9a-f]{6}\b", RegexOptions.None, 1000)]
    private static partial Regex Run();
}
