using System.Text.Json.Nodes;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>The objects of an overlay with the image set.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Notes">What keeps another image of the same repository; for the plan.</param>
internal sealed record BuiltOverlay(IReadOnlyList<JsonObject> Objects, IReadOnlyList<string> Notes);
