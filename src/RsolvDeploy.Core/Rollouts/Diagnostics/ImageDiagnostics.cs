using k8s.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Finds out from a container's status why its image is not there.</summary>
internal static class ImageDiagnostics
{
    private const string BackOff = "ImagePullBackOff";

    // How registries and runtimes word each refusal; the first row that matches counts. What matches none may pass.
    private static readonly (RolloutCause Cause, string[] Words)[] Refusals =
    [
        (RolloutCauses.RegistryRateLimit, ["toomanyrequests", "too many requests", " 429", "rate limit", "qps exceeded"]),
        (RolloutCauses.ImagePlatform, ["no match for platform", "no matching manifest for", "no image found in manifest list for"]),
        (RolloutCauses.ImageDenied,
            ["unauthorized", "denied", "forbidden", "authentication required", "authorization failed", "no basic auth", " 401", " 403"]),
        (RolloutCauses.ImageNotFound,
            ["not found", "notfound", "manifest unknown", "name unknown", "name_unknown", "manifest_unknown", " 404"]),
        (RolloutCauses.InvalidImageName, ["invalid reference"]),
    ];

    /// <summary>The issue of a container that waits for its image.</summary>
    /// <param name="status">The container's status.</param>
    /// <param name="events">The pod's events.</param>
    public static PodIssue From(V1ContainerStatus status, IReadOnlyList<Corev1Event> events)
    {
        var waiting = status.State!.Waiting!;
        var message = Message(status, events);
        var cause = waiting.Reason switch
        {
            "InvalidImageName" => RolloutCauses.InvalidImageName,
            "ErrImageNeverPull" => RolloutCauses.ImageNotFound,
            // The name of an image may hold any of the words.
            _ => Classify(string.IsNullOrEmpty(status.Image) ? message : message.Replace(status.Image, "", StringComparison.Ordinal)),
        };
        var issue = PodIssue.Create(cause, $"Container {status.Name} cannot get its image: {message}", Remedy(cause));
        return issue with
        {
            Diagnosis = issue.Diagnosis with { Container = status.Name },
            IsRetried = true,
            IsHappening = waiting.Reason != BackOff,
        };
    }

    /// <summary>The cause of a failed pull, by the runtime's message.</summary>
    public static RolloutCause Classify(string message) =>
        Array.Find(Refusals, one => Array.Exists(one.Words, word => message.Contains(word, StringComparison.OrdinalIgnoreCase))).Cause
        ?? RolloutCauses.RegistryUnavailable;

    // While the kubelet backs off, some versions report only that; the event of the last attempt has the reason.
    private static string Message(V1ContainerStatus status, IReadOnlyList<Corev1Event> events)
    {
        var message = status.State!.Waiting!.Message ?? "";
        if (status.State.Waiting.Reason != BackOff || message.Contains("Err", StringComparison.Ordinal)) return message;
        var attempt = events
            .Where(one => one.Reason == "Failed"
                && one.Message?.StartsWith($"Failed to pull image \"{status.Image}\"", StringComparison.Ordinal) == true)
            .OrderBy(EventReader.LastSeen)
            .LastOrDefault();
        return attempt is null ? message : $"{message}: {attempt.Message}";
    }

    private static string Remedy(RolloutCause cause) => cause.Id switch
    {
        "ImageDenied" => "Check the pull credential (imagePullSecrets) and what it may read.",
        "RegistryRateLimit" => "Wait for the kubelet's next attempt; pull with a credential or through a mirror to raise the limit.",
        "RegistryUnavailable" => "Check that the nodes reach the registry and accept its certificate.",
        "ImagePlatform" => "Build the image for the platforms of the nodes.",
        _ => "Correct the image reference; check that the registry has the image and that the cluster may pull it.",
    };
}
