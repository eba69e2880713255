namespace RsolvDeploy;

/// <summary>
/// All causes that keep a rollout from succeeding. <c>docs/rollout-causes.md</c> shows this table, and <c>rollout.patience</c> in
/// <c>rsolv.yaml</c> changes its numbers.
/// </summary>
public static class RolloutCauses
{
    /// <summary>The workload was deleted.</summary>
    public static RolloutCause Deleted { get; } =
        new("Deleted", TimeSpan.Zero, "The Deployment was deleted during its rollout.") { IsConfigurable = false };

    /// <summary>Somebody wrote another image.</summary>
    public static RolloutCause Superseded { get; } =
        new("Superseded", TimeSpan.Zero, "Somebody wrote another image after this update.") { IsConfigurable = false };

    /// <summary>The time limit is over.</summary>
    public static RolloutCause Timeout { get; } =
        new("Timeout", null, "The time limit ended the rollout, and no other cause was known.") { IsConfigurable = false };

    /// <summary>Somebody paused the rollout.</summary>
    public static RolloutCause Paused { get; } =
        new("Paused", TimeSpan.FromMinutes(1), "Somebody paused the Deployment before all new pods were created, and may resume it.");

    /// <summary>The controller gave up.</summary>
    public static RolloutCause ProgressDeadline { get; } = new(
        "ProgressDeadline",
        TimeSpan.Zero,
        "The controller reports that the newest ReplicaSet exceeded progressDeadlineSeconds. kubectl ends here too.");

    /// <summary>A quota leaves no room for a new pod.</summary>
    public static RolloutCause QuotaExceeded { get; } = new(
        "QuotaExceeded",
        TimeSpan.FromSeconds(150),
        "A quota has no room for a new pod. Old pods free it when they terminate, so the time while they do, or while a new pod starts "
            + "that replaces one, does not count.");

    /// <summary>Admission refuses the new pods.</summary>
    public static RolloutCause AdmissionRefused { get; } =
        new("AdmissionRefused", TimeSpan.FromMinutes(1), "Admission (a policy, a webhook, Pod Security) refuses the new pods.");

    /// <summary>New pods cannot be created for another reason.</summary>
    public static RolloutCause CreationFailed { get; } = new(
        "CreationFailed", null, "New pods cannot be created for another reason: a webhook does not answer, a service account is missing.");

    /// <summary>No node fits.</summary>
    public static RolloutCause Unschedulable { get; } = new(
        "Unschedulable",
        TimeSpan.FromMinutes(5),
        "No node fits. An autoscaler that reports a new node (TriggeredScaleUp, Nominated) starts the wait again; while old pods "
            + "terminate, or a new pod starts that replaces one, the time does not count.");

    /// <summary>The node of a new pod does not answer.</summary>
    public static RolloutCause NodeLost { get; } =
        new("NodeLost", null, "The node of a new pod does not answer; the cluster moves the pod.");

    /// <summary>The image reference cannot be parsed.</summary>
    public static RolloutCause InvalidImageName { get; } =
        new("InvalidImageName", TimeSpan.Zero, "The image reference cannot be parsed.");

    /// <summary>The image has no variant for the node.</summary>
    public static RolloutCause ImagePlatform { get; } =
        new("ImagePlatform", TimeSpan.Zero, "The image has no variant for the platform of the node.");

    /// <summary>The registry does not have the image.</summary>
    public static RolloutCause ImageNotFound { get; } = new(
        "ImageNotFound",
        TimeSpan.FromSeconds(140),
        "The registry answers the node that it lacks the image: a replica may be late. Certain at once when the registry answers the same "
            + "to RsolvDeploy and never served the image during the update.");

    /// <summary>The registry does not let the node pull.</summary>
    public static RolloutCause ImageDenied { get; } = new(
        "ImageDenied",
        TimeSpan.FromSeconds(140),
        "The registry does not let the node pull the image (401, 403): a credential may be late.");

    /// <summary>The registry answers 429.</summary>
    public static RolloutCause RegistryRateLimit { get; } =
        new("RegistryRateLimit", null, "The registry limits the rate of pulls (429). The kubelet tries again.");

    /// <summary>The registry does not answer the node.</summary>
    public static RolloutCause RegistryUnavailable { get; } =
        new("RegistryUnavailable", null, "The pull fails for another reason: the registry does not answer, its certificate is refused.");

    /// <summary>A container cannot be created.</summary>
    public static RolloutCause ConfigError { get; } = new(
        "ConfigError",
        TimeSpan.FromSeconds(30),
        "A container cannot be created or started: a key of a Secret or ConfigMap, or its command is missing. A Secret or ConfigMap that "
            + "is missing itself has the patience of FailedMount: a controller may be late to create it.");

    /// <summary>A volume cannot be mounted.</summary>
    public static RolloutCause FailedMount { get; } = new(
        "FailedMount",
        TimeSpan.FromMinutes(4),
        "A volume cannot be mounted, for example because its ConfigMap or Secret is missing. A mount that only takes long is reported "
            + "until the time limit.");

    /// <summary>A volume cannot be attached.</summary>
    public static RolloutCause FailedAttachVolume { get; } =
        new("FailedAttachVolume", null, "A volume cannot be attached to the node; another node may still hold it.");

    /// <summary>The sandbox of a pod cannot be created.</summary>
    public static RolloutCause FailedCreatePodSandBox { get; } =
        new("FailedCreatePodSandBox", null, "The runtime or the network plugin cannot set up the pod.");

    /// <summary>An init container ends with an error again and again.</summary>
    public static RolloutCause InitFailure { get; } = new(
        "InitFailure", TimeSpan.FromMinutes(1), "An init container ends with an error again and again. Judged as CrashLoop is.")
    {
        Recurs = true,
    };

    /// <summary>A container ends again and again.</summary>
    public static RolloutCause CrashLoop { get; } = new(
        "CrashLoop",
        TimeSpan.FromMinutes(1),
        "A container or sidecar ends again and again. Certain when it ends once more after this time, and after more restarts than "
            + "rollout.restarts allows; being ready for this time ends the series.")
    {
        Recurs = true,
    };

    /// <summary>A container is killed for its memory.</summary>
    public static RolloutCause OutOfMemory { get; } = new(
        "OutOfMemory",
        TimeSpan.Zero,
        "A container used more memory than its limit. The first kill is reported; the second is certain, once more restarts than "
            + "rollout.restarts allows have happened.")
    {
        Recurs = true,
    };

    /// <summary>A probe fails.</summary>
    public static RolloutCause ProbeFailing { get; } =
        new("ProbeFailing", null, "A probe of a new pod fails; the application may be slow to start.");

    /// <summary>A readiness gate is not open.</summary>
    public static RolloutCause ReadinessGate { get; } =
        new("ReadinessGate", null, "All containers of a new pod are ready, and a readiness gate is not open yet.");

    /// <summary>Another warning event of a new pod.</summary>
    public static RolloutCause PodWarning { get; } = new("PodWarning", null, "Another warning event of a new pod that is not ready.");

    /// <summary>New pods end as Failed and are replaced.</summary>
    public static RolloutCause PodFailed { get; } = new(
        "PodFailed",
        null,
        "New pods are evicted or rejected by their node (Evicted, SysctlForbidden, OutOfcpu, …) and replaced by others.");

    /// <summary>The start marker is not in the log of a new pod.</summary>
    public static RolloutCause StartMarkerMissing { get; } = new(
        "StartMarkerMissing",
        TimeSpan.FromSeconds(30),
        "The rollout is complete, and the log of a new pod does not show rollout.startMarker yet. It is followed for this time.");

    /// <summary>A StatefulSet waits for a pod of the release before.</summary>
    public static RolloutCause OldPodNotReady { get; } = new(
        "OldPodNotReady",
        null,
        "A pod of the release before is not ready, and a StatefulSet with the policy OrderedReady replaces no pod until it is or is "
            + "deleted.");

    /// <summary>Old pods have not ended.</summary>
    public static RolloutCause OldPodsTerminating { get; } = new(
        "OldPodsTerminating",
        null,
        "The new pods serve, and old pods use their terminationGracePeriodSeconds. They never fail a rollout.");

    /// <summary>All of them, as the documentation shows them.</summary>
    public static IReadOnlyList<RolloutCause> All { get; } =
    [
        Deleted, Superseded, Paused, ProgressDeadline, QuotaExceeded, AdmissionRefused, CreationFailed, Unschedulable, NodeLost,
        InvalidImageName, ImagePlatform, ImageNotFound, ImageDenied, RegistryRateLimit, RegistryUnavailable, ConfigError, FailedMount,
        FailedAttachVolume, FailedCreatePodSandBox, InitFailure, CrashLoop, OutOfMemory, ProbeFailing, ReadinessGate, PodWarning,
        PodFailed, StartMarkerMissing, OldPodNotReady, OldPodsTerminating, Timeout,
    ];

    /// <summary>The cause of a stable name; null when there is none.</summary>
    /// <param name="id">The name, as <see cref="Diagnosis.Cause"/> holds it.</param>
    public static RolloutCause? Find(string id) => All.FirstOrDefault(cause => cause.Id == id);
}
