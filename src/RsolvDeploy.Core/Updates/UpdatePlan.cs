using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Updates;

/// <summary>An update that is still to be made.</summary>
/// <param name="Target">Where.</param>
/// <param name="Container">The container whose image is set.</param>
/// <param name="Image">The image to set.</param>
/// <param name="PreviousImage">The image that is there now.</param>
/// <param name="PreviousRevision">The revision that is there now; null when it has none yet.</param>
/// <param name="Observed">The Deployment as it was when this was planned.</param>
internal sealed record UpdatePlan(Target Target, string Container, string Image, string PreviousImage, long? PreviousRevision, JsonObject Observed)
{
    /// <summary>More containers and init containers that get the same image.</summary>
    public IReadOnlyList<string> AdditionalContainers { get; init; } = [];

    /// <summary>All containers whose image is set.</summary>
    public IEnumerable<string> Containers => [Container, .. AdditionalContainers];

    /// <summary>Whether every container's image is already the one that is wanted, and an overlay would change nothing either.</summary>
    public bool ChangesNothing => Overlay is { } overlay ? overlay.Changes.Count == 0 : Containers.All(name => PodTemplate.Image(Observed.At("spec", "template"), name) == Image);

    /// <summary>What will be written, field by field, for whoever has to approve it. Values of variables and credentials are masked.</summary>
    public string Diff => Overlay is { } overlay ? string.Join('\n', overlay.Changes) : string.Join('\n', DeploymentChange.For(this));

    /// <summary>The change, for whoever has to approve it.</summary>
    public string Summary => $"Change the image from {PreviousImage} to {Image}{(Diff.Length == 0 ? "" : $"\n{Diff}\n")}";

    /// <summary>The image and revision before, for people.</summary>
    public string Previous => DeploymentReader.Describe(PreviousImage, PreviousRevision);

    /// <summary>What the rollout has to end in.</summary>
    /// <param name="written">The Deployment as the API server stored it.</param>
    public RolloutExpectation Expect(JsonObject written) => new(Target.Deployment, Container, Image, DeploymentReader.Generation(written))
    {
        AdditionalImages = AdditionalContainers.ToDictionary(name => name, _ => Image),
        Restarts = Target.Rollout.Restarts,
    };

    /// <summary>The kustomize overlay that is applied; null when only the image is set.</summary>
    public OverlayPlan? Overlay { get; init; }
}
