using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>What an update by an overlay writes.</summary>
/// <param name="Deployment">The Deployment of the overlay, with the image set.</param>
/// <param name="Others">The objects that are applied before it, in order; a ConfigMap or Secret at the version that was compared.</param>
/// <param name="Changes">The changes of each object, as lines of a diff; empty when nothing differs.</param>
/// <param name="LeftOut">The objects that are not applied, as <c>Kind/name</c>.</param>
/// <param name="Scaled">Whether an autoscaler sets the number of replicas.</param>
/// <param name="Program">The program that built it.</param>
internal sealed record OverlayPlan(
    JsonObject Deployment,
    IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Others,
    IReadOnlyList<string> Changes,
    IReadOnlyList<string> LeftOut,
    bool Scaled,
    string Program)
{
    /// <summary>Where the overlay differs from what is applied, beside the image of the containers.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
