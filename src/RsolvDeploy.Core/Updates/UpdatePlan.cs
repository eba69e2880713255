using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Updates;

/// <summary>A planned update.</summary>
/// <param name="Target">The deployment.</param>
/// <param name="Container">The container whose image is set.</param>
/// <param name="Image">The image to set.</param>
/// <param name="PreviousImage">The current image.</param>
/// <param name="PreviousRevision">The current revision; null when there is none yet.</param>
/// <param name="Observed">The Deployment when the update was planned.</param>
internal sealed record UpdatePlan(
    Target Target, string Container, string Image, string PreviousImage, long? PreviousRevision, JsonObject Observed)
{
    // Kubernetes' default in seconds, which nobody has to be reminded of.
    private const int UsualGrace = 30;

    /// <summary>The workload.</summary>
    public Workload Workload => Target.Main;

    /// <summary>More containers and init containers that get the same image.</summary>
    public IReadOnlyList<string> AdditionalContainers { get; init; } = [];

    /// <summary>Whether the registry served the image to this step, so that a node that does not find it proves nothing.</summary>
    public bool IsServed { get; init; }

    /// <summary>All containers whose image is set.</summary>
    public IEnumerable<string> Containers => [Container, .. AdditionalContainers];

    /// <summary>Whether all containers already have the image, and an overlay would change nothing.</summary>
    public bool ChangesNothing => Overlay is { } overlay
        ? overlay.Changes.Count == 0
        : Admission?.ChangesNothing
            ?? Containers.All(name => PodTemplate.Image(PodTemplate.Of(Observed), name) == Image);

    /// <summary>The fields that change, for the confirmation. Values of variables and credentials are masked.</summary>
    public string Diff => Overlay is { } overlay
        ? string.Join('\n', [.. overlay.Changes, .. overlay.Notes.Select(note => $"# {note}")])
        : string.Join('\n', [.. DeploymentChange.For(this).Select(change => $"{change}"), .. Admission?.Lines ?? []]);

    /// <summary>The change, for the confirmation.</summary>
    public string Summary => $"Change the image from {PreviousImage} to {Image}{(Diff.Length == 0 ? "" : $"\n{Diff}\n")}{OldPods}"
        + (Ownership.Result == CheckResult.Met ? "" : $"\n{CheckTable.EnvironmentOwnership.Id}: {Ownership.Evidence}\n");

    // A long grace period is not part of the release's fate, but of the time that it takes.
    private string OldPods =>
        PodTemplate.Of(Observed).At("spec", "terminationGracePeriodSeconds").Number() is { } grace and > UsualGrace && !ChangesNothing
            ? $"\nOld pods may take {grace} s to end (terminationGracePeriodSeconds); the rollout waits for them until its time limit."
            : "";

    /// <summary>The previous image and revision, for people.</summary>
    public string Previous => DeploymentReader.Describe(PreviousImage, PreviousRevision);

    /// <summary>The expected end state of the rollout.</summary>
    /// <param name="written">The Deployment as the API server stored it.</param>
    public RolloutExpectation Expect(JsonObject written) =>
        new(Target.Deployment, Container, StoredImage(written, Container), DeploymentReader.Generation(written))
        {
            AdditionalImages = AdditionalContainers.ToDictionary(name => name, name => StoredImage(written, name)),
            Kind = Target.Main.Kind,
            Settings = Target.Rollout,
        };

    /// <summary>Who else owns the image.</summary>
    public CheckOutcome Ownership => OwnershipCheck.Evaluate(Observed, Target, Containers);

    /// <summary>What the API server would store, by its dry run; null where an overlay shows it by itself.</summary>
    public AdmissionPreview? Admission { get; init; }

    /// <summary>The kustomize overlay that is applied; null when only the image is set.</summary>
    public OverlayPlan? Overlay { get; init; }

    // Admission may name another registry; what the API server stored is what is expected.
    private string StoredImage(JsonObject written, string container) =>
        PodTemplate.Image(PodTemplate.Of(written), container) ?? Image;
}
