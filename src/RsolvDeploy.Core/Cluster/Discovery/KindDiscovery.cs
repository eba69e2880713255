using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Discovery;

/// <summary>Finds a kind by the name that kubectl takes: <c>services</c>, <c>cronjobs.batch</c>, <c>widgets.example.com</c>.</summary>
/// <param name="cluster">The API server, which knows its kinds, those of custom definitions too.</param>
internal sealed class KindDiscovery(ClusterClient cluster)
{
    private const int NamesShown = 30;

    /// <summary>The kind, in the version that the server prefers. It is one of a namespace, and can be listed.</summary>
    /// <exception cref="DeployException"><c>KindUnknown</c>, <c>KindAmbiguous</c>, <c>KindNotNamespaced</c>,
    /// <c>KindNotListable</c>.</exception>
    public async Task<ResourceKind> FindAsync(string name, CancellationToken ct)
    {
        var dot = name.IndexOf('.');
        var (kind, verbs) = dot < 0 ? await InAnyGroupAsync(name, ct) : await InGroupAsync(name[..dot], name[(dot + 1)..], ct);
        if (!kind.Namespaced)
        {
            throw new DeployException("KindNotNamespaced", FaultCategory.InvalidArgument,
                $"{name} belong to the whole cluster, not to a namespace: a backup of one deployment does not take them, "
                    + "and a restore does not touch them.",
                "Leave them out; keep them with what sets the cluster up.")
            { Subject = name };
        }

        if (verbs.Contains("list")) return kind;
        throw new DeployException(
            "KindNotListable",
            FaultCategory.InvalidArgument,
            $"The API server does not list {name}; they are no objects that are stored.",
            "Leave them out.")
        {
            Subject = name,
        };
    }

    private async Task<(ResourceKind Kind, IReadOnlyList<string> Verbs)> InGroupAsync(string plural, string group, CancellationToken ct)
    {
        if (await cluster.DiscoverAsync($"apis/{Uri.EscapeDataString(group)}", ct) is not { } found)
            throw Unknown($"{plural}.{group}", $"There is no group {group}", "group", await GroupNamesAsync(ct));
        var version = found.At("preferredVersion", "version").Text() ?? "";
        var there = await KindsAsync(group, version, ct);
        foreach (var one in there)
            if (one.Kind.Plural == plural) return one;
        throw Unknown($"{plural}.{group}", $"The group {group} ({version}) has no {plural}", "kind", there.Select(one => one.Kind.Plural));
    }

    private async Task<(ResourceKind Kind, IReadOnlyList<string> Verbs)> InAnyGroupAsync(string plural, CancellationToken ct)
    {
        // As kubectl: the core group before all others.
        var core = await KindsAsync("", "v1", ct);
        var found = core.Where(one => one.Kind.Plural == plural).ToList();
        if (found.Count == 1) return found[0];
        var groups = await cluster.DiscoverAsync("apis", ct);
        foreach (var group in groups.At("groups").Objects())
        {
            found.AddRange((await KindsAsync(group["name"].Text() ?? "", group.At("preferredVersion", "version").Text() ?? "", ct))
                .Where(one => one.Kind.Plural == plural));
        }

        if (found.Count == 1) return found[0];
        if (found.Count == 0) throw Unknown(plural, $"The API server knows no {plural}", "core kind", core.Select(one => one.Kind.Plural));
        throw new DeployException(
            "KindAmbiguous",
            FaultCategory.InvalidArgument,
            $"{plural} may be any of {string.Join(", ", found.Select(one => one.Kind.QualifiedName))}.",
            "Name it with its group.")
        {
            Subject = plural,
        };
    }

    private async Task<List<(ResourceKind Kind, IReadOnlyList<string> Verbs)>> KindsAsync(
        string group, string version, CancellationToken ct)
    {
        // A group whose own server is down answers nothing; its kinds are unknown until it is back.
        var answer = await cluster.DiscoverAsync(group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}", ct);
        var resources = answer.At("resources").Objects().ToList();
        var names = resources.Select(one => one["name"].Text() ?? "").ToHashSet(StringComparer.Ordinal);
        return [.. resources
            .Where(one => one["name"].Text() is { } name && !name.Contains('/', StringComparison.Ordinal)) // those are parts of objects
            .Select(one => (
                new ResourceKind(
                    group,
                    version,
                    one["name"].Text() ?? "",
                    one["kind"].Text() ?? "",
                    one["namespaced"]?.GetValueKind() == System.Text.Json.JsonValueKind.True)
                {
                    KeepsStatus = !names.Contains($"{one["name"].Text()}/status"),
                },
                (IReadOnlyList<string>)[.. (one["verbs"] as JsonArray ?? []).Select(verb => verb.Text() ?? "")]))];
    }

    private async Task<IEnumerable<string>> GroupNamesAsync(CancellationToken ct) =>
        ((await cluster.DiscoverAsync("apis", ct))?["groups"] as JsonArray ?? []).Select(group => group.At("name").Text() ?? "");

    private static DeployException Unknown(string name, string why, string what, IEnumerable<string> there)
    {
        var names = there.Order(StringComparer.Ordinal).ToList();
        var shown = string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "");
        return new DeployException(
            "KindUnknown",
            FaultCategory.ObjectNotFound,
            $"{why}, so that {name} cannot be backed up.",
            $"Write the plural, and the group behind a dot where there is one. There is as {what}: {shown}.")
        {
            Subject = name,
        };
    }
}
