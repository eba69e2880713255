using System.Collections.Immutable;
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

    /// <summary>The workload of another kind than a Deployment, with its revisions; null for a Deployment.</summary>
    public SetState? Set { get; init; } =
        Expected.Kind == WorkloadKind.Deployment ? null : new SetState(Expected.Kind, Expected.Deployment);

    /// <summary>The images that their registry does not have, as it answered RsolvDeploy.</summary>
    public ImmutableHashSet<string> Lacking { get; init; } = [];

    /// <summary>What the evaluations before have found.</summary>
    public RolloutMemory Memory { get; init; } = RolloutMemory.Empty;

    /// <summary>The state after one more event.</summary>
    public RolloutState Apply(ResourceKind kind, WatchEvent change)
    {
        if (Set?.Apply(kind, change) is { } set) return this with { Set = set, Deleted = set.IsDeleted };
        // A Deployment that is not in the first list was deleted before the watch started.
        if (change.Type == WatchEventType.Synced)
            return kind == ResourceKind.Deployments && Deployment is null ? this with { Deleted = true } : this;
        if (kind == ResourceKind.Deployments) return Apply(change.Object.ReadAs<V1Deployment>(), change.Type == WatchEventType.Deleted);
        if (kind == ResourceKind.ReplicaSets) return this with { ReplicaSets = Put(ReplicaSets, change) };
        if (kind == ResourceKind.Pods) return this with { Pods = Put(Pods, change) };
        return kind == ResourceKind.Events ? this with { Events = Put(Events, change) } : this;
    }

    /// <summary>
    /// The pods of the newest revision, ended and terminating ones too; none until the controller has named the revision.
    /// </summary>
    public IReadOnlyList<V1Pod> NewPods() =>
        Set is { } set ? [.. Pods.Values.Where(set.IsNew)] : Newest() is { } newest ? PodsOf(newest) : [];

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

    /// <summary>The ReplicaSet of the newest revision; null until the controller has made it.</summary>
    public V1ReplicaSet? Newest() => Deployment is { } deployment && DeploymentReader.Revision(deployment) is { } revision
        ? OwnedSets().FirstOrDefault(set => DeploymentReader.Revision(set) == revision) : null;

    /// <summary>The pods of a ReplicaSet.</summary>
    public IReadOnlyList<V1Pod> PodsOf(V1ReplicaSet set) => [.. Pods.Values.Where(pod => ObjectOwners.IsOwnedBy(pod, set))];

    private RolloutState Apply(V1Deployment deployment, bool gone) =>
        deployment.Name() == Expected.Deployment ? this with { Deployment = gone ? Deployment : deployment, Deleted = gone } : this;

    private static ImmutableDictionary<string, T> Put<T>(ImmutableDictionary<string, T> known, WatchEvent change)
        where T : class, IMetadata<V1ObjectMeta>
    {
        var item = change.Object.ReadAs<T>();
        return item.Uid() is not { } uid ? known : change.Type == WatchEventType.Deleted ? known.Remove(uid) : known.SetItem(uid, item);
    }
}
