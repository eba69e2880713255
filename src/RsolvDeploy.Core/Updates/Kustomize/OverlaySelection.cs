using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>Which objects of an overlay are applied: those of known kinds in the target's namespace.</summary>
/// <param name="Applied">The objects that are applied, in order: what the pods refer to first, the Deployment last.</param>
/// <param name="LeftOut">The objects that are not applied, as <c>Kind/name</c>.</param>
internal sealed record OverlaySelection(IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Applied, IReadOnlyList<string> LeftOut)
{
    private static readonly ResourceKind[] Order =
    [
        ResourceKind.ServiceAccounts, ResourceKind.ConfigMaps, ResourceKind.Secrets, ResourceKind.Services, ResourceKind.Ingresses,
        ResourceKind.DisruptionBudgets, ResourceKind.Autoscalers, ResourceKind.Deployments,
    ];

    /// <summary>Selects the objects.</summary>
    /// <param name="built">The objects of the overlay.</param>
    /// <param name="target">The deployment.</param>
    /// <exception cref="DeployException"><c>KustomizeAmbiguous</c>: two objects are one in the target's namespace.</exception>
    public static OverlaySelection From(IReadOnlyList<JsonObject> built, Target target)
    {
        var applied = new List<(ResourceKind Kind, JsonObject Object)>();
        var leftOut = new List<string>();
        foreach (var one in built)
        {
            var kind = Order.FirstOrDefault(kind => kind.Kind == one["kind"].Text() && kind.ApiVersion == one["apiVersion"].Text());
            var name = one.At("metadata", "name").Text() ?? "";
            var elsewhere = one.At("metadata", "namespace").Text() is { } ns && ns != target.Namespace;
            if (kind is null || elsewhere || (kind == ResourceKind.Deployments && name != target.Deployment))
                leftOut.Add($"{one["kind"].Text()}/{name}");
            else applied.Add((kind, one));
        }

        var same = applied.GroupBy(one => (one.Kind, Name: one.Object.At("metadata", "name").Text()));
        if (same.FirstOrDefault(one => one.Count() > 1)?.Key is { } twice)
        {
            throw new DeployException(
                "KustomizeAmbiguous",
                FaultCategory.InvalidData,
                $"The overlay {target.Kustomize?.Path} builds {twice.Kind.Kind}/{twice.Name} twice for namespace {target.Namespace}.",
                "Name the namespace of each object in the overlay, or give the objects different names.");
        }

        return new OverlaySelection([.. applied.OrderBy(one => Array.IndexOf(Order, one.Kind))], leftOut);
    }
}
