using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts;

/// <summary>What was observed of a StatefulSet or DaemonSet and its revisions.</summary>
/// <param name="Kind">The kind of the workload.</param>
/// <param name="Name">Its name.</param>
internal sealed record SetState(WorkloadKind Kind, string Name)
{
    /// <summary>The StatefulSet; null when it is another kind, or was not listed yet.</summary>
    public V1StatefulSet? StatefulSet { get; init; }

    /// <summary>The DaemonSet; null when it is another kind, or was not listed yet.</summary>
    public V1DaemonSet? DaemonSet { get; init; }

    /// <summary>Whether the workload is gone.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The ControllerRevisions that match the selector, by name.</summary>
    public ImmutableDictionary<string, ControllerRevision> Revisions { get; init; } =
        ImmutableDictionary<string, ControllerRevision>.Empty;

    /// <summary>The workload, whatever its kind; null until it was listed.</summary>
    public IMetadata<V1ObjectMeta>? Workload => (IMetadata<V1ObjectMeta>?)StatefulSet ?? DaemonSet;

    /// <summary>The pod template; null until the workload was listed.</summary>
    public V1PodSpec? PodSpec => (StatefulSet?.Spec?.Template ?? DaemonSet?.Spec?.Template)?.Spec;

    /// <summary>The current revision; null until its controller has made it.</summary>
    public ControllerRevision? Newest { get; private init; }

    // What the revisions are compared with; null until the workload was listed.
    private JsonNode? Template { get; init; }

    /// <summary>The state after one more event; null when the event is about another kind of object.</summary>
    public SetState? Apply(ResourceKind kind, WatchEvent change) =>
        Observe(kind, change) is { } after ? after with { Newest = after.FindNewest() } : null;

    /// <summary>Whether a pod belongs to the workload.</summary>
    public bool Owns(V1Pod pod) => Workload is { } owner && ObjectOwners.IsOwnedBy(pod, owner);

    /// <summary>Whether a pod belongs to the current revision.</summary>
    public bool IsNew(V1Pod pod)
    {
        if (!Owns(pod)) return false;
        var hash = pod.GetLabel(ControllerRevision.HashLabel);
        if (StatefulSet?.Status?.UpdateRevision is { Length: > 0 } named) return hash == named;
        return Newest is { } newest ? newest.IsMeantBy(hash, Name) : IsOfGeneration(pod);
    }

    // What the controller of a DaemonSet believes, too, of a pod whose revision it cannot tell.
    private bool IsOfGeneration(V1Pod pod) =>
        DaemonSet?.GetAnnotation("deprecated.daemonset.template.generation") is { } generation
        && pod.GetLabel("pod-template-generation") == generation;

    // A StatefulSet names its revision. Of a DaemonSet it is the one with its template, as its controller finds it: a revision that
    // is used again gets the highest number, but a watch may tell of that later than of the DaemonSet, and of a new one as well.
    private ControllerRevision? FindNewest()
    {
        var own = Revisions.Values.Where(one => one.Owner == Workload?.Uid());
        return Kind == WorkloadKind.StatefulSet
            ? own.FirstOrDefault(one => one.Name == StatefulSet?.Status?.UpdateRevision)
            : own.Where(one => JsonNode.DeepEquals(one.Stored, Template)).MaxBy(one => one.Number);
    }

    private SetState? Observe(ResourceKind kind, WatchEvent change)
    {
        if (kind == ResourceKind.ControllerRevisions)
        {
            if (change.Type == WatchEventType.Synced) return this;
            var revision = ControllerRevision.From(change.Object);
            var known = change.Type == WatchEventType.Deleted
                ? Revisions.Remove(revision.Name)
                : Revisions.SetItem(revision.Name, revision);
            return this with { Revisions = known };
        }

        if (kind != WorkloadKinds.ResourceOf(Kind)) return null;
        // A workload that is not in the first list was deleted before the watch started.
        if (change.Type == WatchEventType.Synced) return Workload is null ? this with { IsDeleted = true } : this;
        var gone = change.Type == WatchEventType.Deleted;
        if (Kind == WorkloadKind.StatefulSet) return Put(change.Object.ReadAs<V1StatefulSet>(), gone);
        var template = PodTemplate.Of(change.Object) is { } one ? PodTemplate.Comparable(one) : null;
        return Put(change.Object.ReadAs<V1DaemonSet>(), gone, template);
    }

    private SetState Put(V1StatefulSet set, bool gone) =>
        set.Name() != Name ? this : gone ? this with { IsDeleted = true } : this with { StatefulSet = set, IsDeleted = false };

    private SetState Put(V1DaemonSet set, bool gone, JsonNode? template) =>
        set.Name() != Name ? this
        : gone ? this with { IsDeleted = true }
        : this with { DaemonSet = set, Template = template, IsDeleted = false };
}
