using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out why pods cannot be created. Conditions of other ReplicaSets than the newest do not count.</summary>
internal static class CreationDiagnostics
{
    private const string Prefix = "Error creating: ";

    private static readonly string[] Refusals = ["denied", "forbidden", "violates", "is invalid"];

    // Admission forbids these, too; they pass once the object that they name exists, or the quota was counted.
    private static readonly string[] Late =
    [
        "failed calling webhook", "looking up service account", "no PriorityClass with name", "RuntimeClass", "status unknown for quota",
    ];

    /// <summary>What keeps the controller from creating pods; null when nothing does.</summary>
    /// <param name="deployment">The Deployment.</param>
    /// <param name="newest">The ReplicaSet of the newest revision; null when there is none yet.</param>
    /// <param name="events">The events of the namespace.</param>
    public static PodIssue? From(V1Deployment deployment, V1ReplicaSet? newest, IEnumerable<Corev1Event> events) =>
        newest is null ? OfDeployment(deployment) is { } message ? Create(message) : null
        : OfSet(newest) is { } refused ? Create(refused, events.Where(one => one.InvolvedObject?.Uid == newest.Uid()))
        : null;

    /// <summary>The issue that a controller's message about a pod that it cannot create shows.</summary>
    /// <param name="message">The message.</param>
    /// <param name="events">The events of what owns the pods: each failed attempt is reported by one.</param>
    public static PodIssue Create(string message, IEnumerable<Corev1Event> events)
    {
        var attempts = events.Where(one => one.Reason == "FailedCreate").ToList();
        var (first, last) = (Create(message), Create(attempts.MaxBy(EventReader.LastSeen)?.Message?.Split(Prefix)[^1] ?? message));
        // The condition keeps the message of the first attempt. Each message names another pod, so the first stays while the cause does.
        var issue = last.Cause == first.Cause ? first : last;
        return attempts.Count > 0
            ? issue with { IsRetried = true, Occurrences = EventReader.Count(attempts) }
            : issue with { IsUncounted = true };
    }

    private static PodIssue Create(string message)
    {
        if (Contains(message, "exceeded quota"))
            return PodIssue.Create(RolloutCauses.QuotaExceeded, message, "Raise the namespace's quota, or ask for less.");
        return !Array.Exists(Late, word => Contains(message, word))
            && Array.Exists(Refusals, word => Contains(message, word))
            ? PodIssue.Create(RolloutCauses.AdmissionRefused, message, "Correct what the admission of pods refuses.")
            : PodIssue.Create(RolloutCauses.CreationFailed, message, "Look at the events of the controller that creates the pods.");
    }

    private static string? OfSet(V1ReplicaSet set) =>
        set.Status?.Conditions?.FirstOrDefault(one => one is { Type: "ReplicaFailure", Status: "True" }) is { } failure
            ? failure.Message ?? "Pods cannot be created."
            : null;

    // Without a ReplicaSet, only this condition is about the newest one: the others may be of the rollout before.
    private static string? OfDeployment(V1Deployment deployment) =>
        deployment.Status?.Conditions?.FirstOrDefault(one => one is { Type: "Progressing", Reason: "ReplicaSetCreateError" }) is { } failure
            ? failure.Message ?? "The ReplicaSet cannot be created."
            : null;

    private static bool Contains(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
}
