using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// The status of a Deployment as the real controller computes it: the counts are those that the ReplicaSets report, and the conditions
/// change only when the rollout makes progress, completes, or makes none for too long.
/// </summary>
/// <param name="deployment">The Deployment with its status so far.</param>
/// <param name="newest">The ReplicaSet of its template; null when there is none yet.</param>
/// <param name="sets">All its ReplicaSets.</param>
/// <param name="now">The time.</param>
internal sealed class DeploymentStatus(JsonObject deployment, JsonObject? newest, IReadOnlyList<JsonObject> sets, DateTimeOffset now)
{
    private const string Progressing = "Progressing";
    private const string Completed = "NewReplicaSetAvailable";
    private const string DeadlineExceeded = "ProgressDeadlineExceeded";
    private const string PausedReason = "DeploymentPaused";
    // The value that stands for none.
    private const int NoDeadline = int.MaxValue;

    private readonly DeploymentConditions _conditions = new(deployment, now);

    /// <summary>Whether the ReplicaSet was created just now.</summary>
    public bool IsCreated { get; init; }

    private int Wanted => deployment.At("spec", "replicas").Number() ?? 1;

    private int Deadline => deployment.At("spec", "progressDeadlineSeconds").Number() ?? 600;

    public JsonObject Create()
    {
        var status = new JsonObject { ["observedGeneration"] = deployment.At("metadata", "generation")!.DeepClone() };
        Count(status, "replicas", Sum("replicas"));
        Count(status, "updatedReplicas", newest.At("status", "replicas").Number() ?? 0);
        Count(status, "readyReplicas", Sum("readyReplicas"));
        Count(status, "availableReplicas", Sum("availableReplicas"));
        Count(status, "unavailableReplicas", Math.Max(0, sets.Sum(Workload.Replicas) - Sum("availableReplicas")));
        var (_, unavailable) = DeploymentScaler.Limits(deployment, Wanted);
        var least = deployment.At("spec", "strategy", "type").Text() == "Recreate" ? Wanted : Wanted - Math.Min(unavailable, Wanted);
        _conditions.Set(Sum("availableReplicas") >= least
            ? ("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
            : ("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."));
        if (Deadline == NoDeadline) _conditions.Remove(Progressing);
        else if (deployment.At("spec", "paused")?.GetValue<bool>() == true) Pause();
        else Progress(status);
        Refuse();
        status["conditions"] = _conditions.ToArray();
        return status;
    }

    // What the controller last reported is not overwritten by a pause.
    private void Pause()
    {
        if (_conditions.Reason(Progressing) is not (DeadlineExceeded or PausedReason))
            _conditions.Set((Progressing, "Unknown", PausedReason, "Deployment is paused"));
    }

    private void Progress(JsonObject status)
    {
        var subject = newest is null ? $"Deployment \"{deployment.Name()}\"" : $"ReplicaSet \"{newest.Name()}\"";
        if (_conditions.Reason(Progressing) is PausedReason)
            _conditions.Set((Progressing, "Unknown", "DeploymentResumed", "Deployment is resumed"));
        if (IsCreated) _conditions.Set((Progressing, "True", "NewReplicaSetCreated", $"Created new replica set \"{newest?.Name()}\""));
        if (newest is not null && _conditions.Reason(Progressing) is null)
            _conditions.Set((Progressing, "True", "FoundNewReplicaSet", $"Found new replica set \"{newest.Name()}\""));
        var (replicas, updated) = (Value(status, "replicas"), Value(status, "updatedReplicas"));
        if (replicas == updated && _conditions.Reason(Progressing) == Completed) return;
        if (updated == Wanted && replicas == Wanted && Value(status, "availableReplicas") == Wanted)
            _conditions.Set((Progressing, "True", Completed, $"{subject} has successfully progressed."));
        else if (HasProgressed(status))
            _conditions.Renew((Progressing, "True", "ReplicaSetUpdated", $"{subject} is progressing."));
        else if (IsLate())
            _conditions.Set((Progressing, "False", DeadlineExceeded, $"{subject} has timed out progressing."));
    }

    private bool HasProgressed(JsonObject status)
    {
        var before = deployment["status"];
        return Value(status, "updatedReplicas") > Value(before, "updatedReplicas")
            || Value(status, "replicas") - Value(status, "updatedReplicas") < Value(before, "replicas") - Value(before, "updatedReplicas")
            || Value(status, "readyReplicas") > Value(before, "readyReplicas")
            || Value(status, "availableReplicas") > Value(before, "availableReplicas");
    }

    private bool IsLate() => _conditions.Reason(Progressing) is not (null or Completed)
        && _conditions.UpdatedAt(Progressing).AddSeconds(Deadline) < now;

    private void Refuse()
    {
        var refused = Conditions.For(newest, ReplicaSetController.Failure)
            ?? sets.Select(set => Conditions.For(set, ReplicaSetController.Failure)).FirstOrDefault(one => one is not null);
        if (refused is null) _conditions.Remove(ReplicaSetController.Failure);
        else _conditions.Set((ReplicaSetController.Failure, "True", refused["reason"].Text()!, refused["message"].Text()!));
    }

    private int Sum(string count) => sets.Sum(set => Value(set["status"], count));

    private static int Value(JsonNode? status, string count) => status.At(count).Number() ?? 0;

    private static void Count(JsonObject status, string name, int count)
    {
        if (count > 0) status[name] = count;
    }
}
