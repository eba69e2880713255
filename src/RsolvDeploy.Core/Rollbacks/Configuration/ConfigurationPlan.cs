using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Comparison;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>Decides object by object what a rollback restores, and notes what it leaves as it is.</summary>
/// <param name="keep">The objects that the operator excludes (<c>rollback.keep</c>).</param>
internal sealed class ConfigurationPlan(IReadOnlyList<string> keep)
{
    private readonly ObjectFilter _keep = new(keep, []);
    private readonly List<ConfigurationChange> _changes = [];
    private readonly List<string> _kept = [];
    private readonly List<string> _left = [];

    /// <summary>The objects to restore.</summary>
    public IReadOnlyList<ConfigurationChange> Changes => _changes;

    /// <summary>What differs and is left as it is, with the reasons; empty when everything is restored.</summary>
    public string Note => string.Join("; ", Notes());

    /// <summary>Adds an object of the release.</summary>
    /// <param name="kind">ConfigMap or Secret.</param>
    /// <param name="name">Its name.</param>
    /// <param name="saved">The object as that release had it.</param>
    /// <param name="live">The live object; null when it was deleted.</param>
    public void Add(ResourceKind kind, string name, JsonObject saved, JsonObject? live)
    {
        if (live is not null && Compare(saved, live).Count == 0) return;
        var subject = $"{kind.Kind}/{name}";
        if (ForeignObjects.Reason(saved, live) is { } reason)
        {
            _left.Add($"{subject} ({reason})");
            return;
        }

        // A deleted object is always restored: pods could not start without it.
        if (live is not null && keep.Count > 0 && _keep.Matches(kind.Kind, name))
        {
            _kept.Add(subject);
            return;
        }

        var wanted = (JsonObject)saved.DeepClone();
        var keys = live is null ? [] : ControllerKeys.Keep(wanted, live);
        if (keys.Count > 0) _left.Add($"{subject} ({string.Join(", ", keys)})");
        var fields = Compare(wanted, live ?? new JsonObject());
        if (live is null || fields.Count > 0) _changes.Add(new ConfigurationChange(kind, name, wanted, live, fields));
    }

    private IEnumerable<string> Notes()
    {
        if (_kept.Count > 0) yield return $"not restored (rollback.keep): {string.Join(", ", _kept)}";
        if (_left.Count > 0) yield return $"not restored: {string.Join(", ", _left)}";
        if (_changes.Count + _kept.Count + _left.Count == 0) yield return "unchanged since that release";
    }

    private static IReadOnlyList<FieldDifference> Compare(JsonObject wanted, JsonObject live) =>
        FieldComparer.Compare(Content(wanted), live.Count == 0 ? live : Content(live));

    private static JsonObject Content(JsonObject resource) => new()
    {
        ["kind"] = resource["kind"]?.DeepClone(),
        ["data"] = resource["data"]?.DeepClone() ?? new JsonObject(),
        ["binaryData"] = resource["binaryData"]?.DeepClone() ?? new JsonObject(),
    };
}
