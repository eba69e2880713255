using k8s.Models;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out why pods cannot be created.</summary>
internal static class CreationDiagnostics
{
    /// <summary>What keeps the controller from creating pods; null when nothing does.</summary>
    /// <param name="deployment">The Deployment.</param>
    /// <param name="newest">The ReplicaSet of the newest revision; null when there is none yet.</param>
    /// <param name="now">The time of the verdict.</param>
    public static PodIssue? From(V1Deployment deployment, V1ReplicaSet? newest, DateTimeOffset now)
    {
        if ((OfSet(newest) ?? OfDeployment(deployment)) is not { Status: "True" } failure) return null;
        var message = failure.Message ?? "Pods cannot be created.";
        var diagnosis = message.Contains("exceeded quota", StringComparison.Ordinal)
            ? new Diagnosis("QuotaExceeded", message) { Remedy = "Raise the namespace's quota, or ask for less." }
            : new Diagnosis("AdmissionRefused", message) { Remedy = "Correct what the admission of pods refuses." };
        return new PodIssue(diagnosis, IsFatal: GracePeriod.IsOver(failure.Since, now));
    }

    private static ReplicaFailure? OfSet(V1ReplicaSet? set) =>
        set?.Status?.Conditions?.FirstOrDefault(one => one.Type == nameof(ReplicaFailure)) is { } found
            ? new ReplicaFailure(found.Status, found.Message, found.LastTransitionTime) : null;

    private static ReplicaFailure? OfDeployment(V1Deployment deployment) =>
        deployment.Status?.Conditions?.FirstOrDefault(one => one.Type == nameof(ReplicaFailure)) is { } found
            ? new ReplicaFailure(found.Status, found.Message, found.LastTransitionTime) : null;

    // The condition of this name, which ReplicaSets and Deployments have alike.
    private sealed record ReplicaFailure(string? Status, string? Message, DateTime? Since);
}
