using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>What an overlay will write beside and into the Deployment.</summary>
/// <param name="Deployment">The Deployment as the overlay has it, with the image set.</param>
/// <param name="Others">The objects that are applied before it, in their order, each at the version it was compared at where nobody else writes it.</param>
/// <param name="Changes">What the server would change, object by object, as lines of a diff; none when all is as the overlay says.</param>
/// <param name="LeftOut">The objects of the overlay that are not applied, as <c>Kind/name</c>.</param>
/// <param name="Scaled">Whether an autoscaler decides about the number of pods.</param>
/// <param name="Program">The program that built it.</param>
internal sealed record OverlayPlan(
    JsonObject Deployment, IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Others, IReadOnlyList<string> Changes, IReadOnlyList<string> LeftOut, bool Scaled, string Program);
