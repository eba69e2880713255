using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>Everything seen of one Deployment's rollout. Pure: the same events give the same verdict, whoever sends them.</summary>
internal sealed record RolloutState(RolloutExpectation Expected)
{

    /// <summary>How long a trouble that may pass by itself (no node fits, quota) is waited for.</summary>
    public static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(30);

    public JsonObject? Deployment { get; init; }

    public bool Deleted { get; init; }

    public ImmutableDictionary<string, JsonObject> ReplicaSets { get; init; } = ImmutableDictionary<string, JsonObject>.Empty;

    public ImmutableDictionary<string, JsonObject> Pods { get; init; } = ImmutableDictionary<string, JsonObject>.Empty;

    public ImmutableDictionary<string, JsonObject> Events { get; init; } = ImmutableDictionary<string, JsonObject>.Empty;

    /// <summary>The state after one more event.</summary>
    public RolloutState Apply(ResourceKind kind, WatchEvent change)
    {
        // What was written is not in the first list: it was deleted before the watch began.
        if (change.Type == WatchEventType.Synced) return kind == ResourceKind.Deployments && Deployment is null ? this with { Deleted = true } : this;
        var gone = change.Type == WatchEventType.Deleted;
        if (kind == ResourceKind.Deployments)
        {
            return change.Object.At("metadata", "name").Text() == Expected.Deployment ? this with { Deployment = gone ? Deployment : change.Object, Deleted = gone } : this;
        }

        if (kind == ResourceKind.ReplicaSets) return this with { ReplicaSets = Put(ReplicaSets, change, gone) };
        if (kind == ResourceKind.Pods) return this with { Pods = Put(Pods, change, gone) };
        return kind == ResourceKind.Events ? this with { Events = Put(Events, change, gone) } : this;
    }

    /// <summary>The pods of the newest revision, those that have ended or are leaving too; none until the controller has named it.</summary>
    public IReadOnlyList<JsonObject> NewPods() =>
        Deployment is { } deployment && Revision(deployment) is { } revision && ReplicaSets.Values.FirstOrDefault(set => OwnedBy(set, deployment) && Revision(set) == revision) is { } newest
            ? PodsOf(newest) : [];

    /// <summary>What all of it says at an instant.</summary>
    public RolloutVerdict Judge(DateTimeOffset now)
    {
        if (Deleted) return new RolloutVerdict(RolloutPhase.Failed, new Diagnosis("Deleted", $"The Deployment {Expected.Deployment} was deleted during its rollout.") { Remedy = "Find out who deleted it; restore it from a backup." });
        if (Deployment is null || !Observed(Deployment)) return new RolloutVerdict(RolloutPhase.Progressing, null) { Desired = Desired };
        var revision = Revision(Deployment);
        var mine = ReplicaSets.Values.Where(set => OwnedBy(set, Deployment)).ToList();
        var newest = mine.FirstOrDefault(set => revision is not null && Revision(set) == revision);
        var newPods = newest is null ? [] : PodsOf(newest);
        var old = mine.Where(set => !ReferenceEquals(set, newest)).SelectMany(PodsOf).Count(pod => !Ended(pod) && !Lost(pod));
        var alive = newPods.Where(pod => !Ended(pod) && !Leaving(pod)).ToList();
        var seen = new RolloutVerdict(RolloutPhase.Progressing, null)
        {
            Desired = Desired,
            Ready = alive.Count(PodReader.IsReady),
            Old = old,
            Revision = revision,
            Pods = [.. alive.Select(pod => PodReader.StateOf(pod, Expected.Container)).OrderBy(pod => pod.Name, StringComparer.Ordinal)],
        };

        if ((Superseded() ?? Paused()) is { } interfered) return seen with { Phase = RolloutPhase.Failed, Cause = interfered };
        var trouble = PodDiagnostics.Worst(alive, Events.Values, now, Expected.Restarts) ?? CreationTrouble(newest, now);
        if (trouble is { IsFatal: true }) return seen with { Phase = RolloutPhase.Failed, Cause = trouble.Diagnosis };
        if (Condition(Deployment, "Progressing") is { } progressing && progressing.At("reason").Text() == "ProgressDeadlineExceeded")
        {
            var deadline = new Diagnosis("ProgressDeadline", progressing.At("message").Text() ?? "The Deployment made no progress in time.") { Remedy = "Look at the new pods and their events." };
            return seen with { Phase = RolloutPhase.Failed, Cause = trouble?.Diagnosis ?? deadline };
        }

        seen = seen with { RolledOut = newest is not null && IsRolledOut(alive) };
        return seen.RolledOut && old == 0 ? seen with { Phase = RolloutPhase.Complete } : seen with { Cause = trouble?.Diagnosis };
    }

    private int Desired => Deployment.At("spec", "replicas").Number() ?? 1;

    // Until the controller has seen the write, its status speaks of what was before.
    private bool Observed(JsonObject deployment) => Long(deployment.At("status", "observedGeneration")) >= Expected.Generation;

    private bool IsRolledOut(List<JsonObject> alive)
    {
        var status = Deployment.At("status");
        return (status.At("updatedReplicas").Number() ?? 0) == Desired
            && (status.At("replicas").Number() ?? 0) == Desired
            && (status.At("availableReplicas").Number() ?? 0) == Desired
            && alive.Count == Desired
            && alive.All(pod => PodReader.IsReady(pod) && Expected.Images.All(one => ImageIdentity.Matches(PodReader.ImageId(pod, one.Container), one.Image)));
    }

    private Diagnosis? Superseded()
    {
        var containers = PodReader.AllContainers(Deployment.At("spec", "template"));
        foreach (var (name, wanted) in Expected.Images)
        {
            var image = containers.FirstOrDefault(container => container["name"].Text() == name).At("image").Text();
            if (image == wanted) continue;
            return new Diagnosis("Superseded", $"Somebody else changed the Deployment {Expected.Deployment} during its rollout: the image of {name} is {image ?? "gone"} now.")
            { Container = name, Remedy = "Agree on one deployment at a time, then update again." };
        }

        return null;
    }

    private Diagnosis? Paused() => Deployment.At("spec", "paused")?.GetValue<bool>() != true ? null
        : new Diagnosis("Paused", $"The Deployment {Expected.Deployment} was paused during its rollout, so that it goes no further.") { Remedy = "Find out who paused it; resume it (kubectl rollout resume), then update again." };

    private PodIssue? CreationTrouble(JsonObject? newest, DateTimeOffset now)
    {
        var condition = (newest is null ? null : Condition(newest, "ReplicaFailure")) ?? Condition(Deployment!, "ReplicaFailure");
        if (condition is null || condition.At("status").Text() != "True") return null;
        var message = condition.At("message").Text() ?? "Pods cannot be created.";
        var quota = message.Contains("exceeded quota", StringComparison.Ordinal);
        var diagnosis = quota
            ? new Diagnosis("QuotaExceeded", message) { Remedy = "Raise the namespace's quota, or ask for less." }
            : new Diagnosis("AdmissionRefused", message) { Remedy = "Correct what the admission of pods refuses." };
        return new PodIssue(diagnosis, IsFatal: now - Time(condition.At("lastTransitionTime")) >= GracePeriod);
    }

    private List<JsonObject> PodsOf(JsonObject set) => [.. Pods.Values.Where(pod => OwnedBy(pod, set))];

    private static bool Ended(JsonObject pod) => pod.At("status", "phase").Text() is "Succeeded" or "Failed";

    private static bool Leaving(JsonObject pod) => pod.At("metadata", "deletionTimestamp") is not null;

    // Nobody can say of a pod on a node that does not answer whether it has ended; the cluster has given it up and so do we.
    private static bool Lost(JsonObject pod) => Leaving(pod)
        && (pod.At("status", "reason").Text() == "NodeLost" || PodReader.Condition(pod, "DisruptionTarget").At("reason").Text() == "DeletionByTaintManager");

    private static bool OwnedBy(JsonObject item, JsonObject owner) =>
        (item.At("metadata", "ownerReferences") as JsonArray ?? []).Any(reference => reference.At("uid").Text() is { } uid && uid == owner.At("metadata", "uid").Text());

    private static JsonNode? Condition(JsonObject item, string type) =>
        (item.At("status", "conditions") as JsonArray ?? []).FirstOrDefault(condition => condition.At("type").Text() == type);

    public static long? Revision(JsonObject item) =>
        long.TryParse(item.At("metadata", "annotations", DeploymentAnnotations.Revision).Text(), CultureInfo.InvariantCulture, out var revision) ? revision : null;

    public static long Long(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    public static DateTimeOffset Time(JsonNode? node) =>
        DateTimeOffset.TryParse(node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MaxValue;

    private static ImmutableDictionary<string, JsonObject> Put(ImmutableDictionary<string, JsonObject> known, WatchEvent change, bool gone) =>
        change.Object.At("metadata", "uid").Text() is not { } uid ? known : gone ? known.Remove(uid) : known.SetItem(uid, change.Object);
}
