using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts;

/// <summary>Everything observed of one Deployment's rollout. Pure: the same events give the same verdict, whoever sends them.</summary>
internal sealed record RolloutState(RolloutExpectation Expected)
{
    /// <summary>The Deployment; null until it was listed.</summary>
    public V1Deployment? Deployment { get; init; }

    /// <summary>Whether the Deployment is gone.</summary>
    public bool Deleted { get; init; }

    /// <summary>The ReplicaSets that match the selector, by id.</summary>
    public ImmutableDictionary<string, V1ReplicaSet> ReplicaSets { get; init; } = ImmutableDictionary<string, V1ReplicaSet>.Empty;

    /// <summary>The pods that match the selector, by id.</summary>
    public ImmutableDictionary<string, V1Pod> Pods { get; init; } = ImmutableDictionary<string, V1Pod>.Empty;

    /// <summary>The events of the namespace, by id.</summary>
    public ImmutableDictionary<string, Corev1Event> Events { get; init; } = ImmutableDictionary<string, Corev1Event>.Empty;

    /// <summary>
    /// The ReplicaSet of the Deployment's template, as its controller finds it; null until it has created one. Its revision does not show
    /// it: a paused or recreating Deployment keeps the revision of the release before, although its generation is observed.
    /// </summary>
    public V1ReplicaSet? Newest { get; private init; }

    /// <summary>The workload of another kind than a Deployment, with its revisions; null for a Deployment.</summary>
    public SetState? Set { get; init; } =
        Expected.Kind == WorkloadKind.Deployment ? null : new SetState(Expected.Kind, Expected.Deployment);

    /// <summary>The images that their registry does not have, as it answered RsolvDeploy.</summary>
    public ImmutableHashSet<string> Lacking { get; init; } = [];

    /// <summary>What the evaluations before have found.</summary>
    public RolloutMemory Memory { get; init; } = RolloutMemory.Empty;

    // What the ReplicaSets are compared with; null until the Deployment was listed.
    private JsonObject? Template { get; init; }

    // The templates of the ReplicaSets, by id.
    private ImmutableDictionary<string, JsonObject> Templates { get; init; } = ImmutableDictionary<string, JsonObject>.Empty;

    /// <summary>The state after one more event.</summary>
    public RolloutState Apply(ResourceKind kind, WatchEvent change)
    {
        if (Set?.Apply(kind, change) is { } set) return this with { Set = set, Deleted = set.IsDeleted };
        // A Deployment that is not in the first list was deleted before the watch started.
        if (change.Type == WatchEventType.Synced)
            return kind == ResourceKind.Deployments && Deployment is null ? this with { Deleted = true } : this;
        if (kind == ResourceKind.Deployments) return PutDeployment(change);
        if (kind == ResourceKind.ReplicaSets) return PutReplicaSet(change);
        if (kind == ResourceKind.Pods) return this with { Pods = Put(Pods, change) };
        return kind == ResourceKind.Events ? this with { Events = Put(Events, change) } : this;
    }

    /// <summary>
    /// The pods of the newest revision, ended and terminating ones too; none until the controller has made the revision.
    /// </summary>
    public IReadOnlyList<V1Pod> NewPods() =>
        Set is { } set ? [.. Pods.Values.Where(set.IsNew)] : Newest is { } newest ? PodsOf(newest) : [];

    /// <summary>What all of it means at a point in time.</summary>
    /// <param name="at">The time since the start of the watch, by a monotonic clock.</param>
    public RolloutVerdict Evaluate(TimeSpan at) => Expected.Kind switch
    {
        WorkloadKind.StatefulSet => new SetEvaluation(this, at).Verdict(StatefulSetProgress.From(Set!.StatefulSet)),
        WorkloadKind.DaemonSet => new SetEvaluation(this, at).Verdict(DaemonSetProgress.From(Set!.DaemonSet)),
        _ => new RolloutEvaluation(this, at).Verdict(),
    };

    /// <summary>The state that remembers a verdict on it, so that the next one knows since when each issue has stayed.</summary>
    public RolloutState After(RolloutVerdict verdict) => this with { Memory = verdict.Memory };

    /// <summary>The ReplicaSets of the Deployment.</summary>
    public IReadOnlyList<V1ReplicaSet> OwnedSets() =>
        Deployment is { } deployment ? [.. ReplicaSets.Values.Where(set => ObjectOwners.IsOwnedBy(set, deployment))] : [];

    /// <summary>The pods of a ReplicaSet.</summary>
    public IReadOnlyList<V1Pod> PodsOf(V1ReplicaSet set) => [.. Pods.Values.Where(pod => ObjectOwners.IsOwnedBy(pod, set))];

    private RolloutState PutDeployment(WatchEvent change)
    {
        var deployment = change.Object.ReadAs<V1Deployment>();
        if (deployment.Name() != Expected.Deployment) return this;
        if (change.Type == WatchEventType.Deleted) return this with { Deleted = true };
        return (this with { Deployment = deployment, Template = TemplateOf(change.Object), Deleted = false }).WithNewest();
    }

    private RolloutState PutReplicaSet(WatchEvent change)
    {
        if (change.Object.ReadAs<V1ReplicaSet>().Uid() is not { } uid) return this;
        var templates = change.Type == WatchEventType.Deleted || TemplateOf(change.Object) is not { } template
            ? Templates.Remove(uid)
            : Templates.SetItem(uid, template);
        return (this with { ReplicaSets = Put(ReplicaSets, change), Templates = templates }).WithNewest();
    }

    private RolloutState WithNewest() => this with
    {
        Newest = Template is null ? null : OwnedSets()
            .Where(set => JsonNode.DeepEquals(Templates.GetValueOrDefault(set.Uid()), Template))
            .MinBy(set => set.CreationTimestamp()),
    };

    private static JsonObject? TemplateOf(JsonObject workload) =>
        PodTemplate.Of(workload) is { } template ? PodTemplate.Clean(template) : null;

    private static ImmutableDictionary<string, T> Put<T>(ImmutableDictionary<string, T> known, WatchEvent change)
        where T : class, IMetadata<V1ObjectMeta>
    {
        var item = change.Object.ReadAs<T>();
        if (item.Uid() is not { } uid) return known;
        if (change.Type == WatchEventType.Deleted) return known.Remove(uid);
        // No verdict depends on who wrote which field.
        item.Metadata.ManagedFields = null;
        return known.SetItem(uid, item);
    }
}
