using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Ownership;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates;

/// <summary>
/// <c>environment.ownership</c>: nobody reverts the image of the update. GitOps controllers and other tools are known by their field
/// managers, and by the labels and annotations that they put on what they manage.
/// </summary>
internal static class OwnershipCheck
{
    // They scale; what they own is never written.
    private static readonly string[] Scalers = ["kube-controller-manager", "horizontal-pod-autoscaler", "keda-operator"];

    /// <summary>Who owns what the update writes.</summary>
    /// <param name="deployment">The Deployment.</param>
    /// <param name="target">The target; its <c>ownership</c> says what each owner means.</param>
    /// <param name="containers">The containers whose image is set.</param>
    public static CheckOutcome Evaluate(JsonObject deployment, Target target, IEnumerable<string> containers)
    {
        var owners = Owners(deployment, target, [.. containers]).ToList();
        var named = owners.Select(owner => $"{owner.Name} ({owner.Evidence})"
            + $"{(owner.When.Length > 0 && owner.Action != OwnershipAction.Ignore ? $" reverts the image {owner.When}" : "")}");
        var evidence = string.Join("; ", named.Concat(Scaling(deployment)));
        return owners.MaxBy(owner => owner.Action) switch
        {
            { Action: OwnershipAction.Fail } owner => CheckOutcome.NotMet(evidence, $"Change the image where {owner.Name} reads it. "
                + $"If it leaves the image alone, set 'ownership: {{ {owner.Setting}: ignore }}' for the target."),
            { Action: OwnershipAction.Warn } owner => CheckOutcome.Warning(evidence, $"Change the image where {owner.Name} reads it, too. "
                + $"If it leaves the image alone, set 'ownership: {{ {owner.Setting}: ignore }}' for the target."),
            _ => CheckOutcome.Met(evidence.Length == 0 ? "nobody else sets the image" : evidence),
        };
    }

    /// <summary>Who owns what the update of a release writes: the worst of its workloads.</summary>
    public static CheckOutcome Merge(IEnumerable<(Workload Workload, CheckOutcome Outcome)> workloads)
    {
        var all = workloads.ToList();
        var worst = Array.Find([CheckResult.NotMet, CheckResult.MetWithWarning], one => all.Exists(part => part.Outcome.Result == one));
        var shown = worst == default ? all : all.FindAll(part => part.Outcome.Result == worst);
        return shown[0].Outcome with
        {
            Evidence = string.Join("; ", shown.Select(part => $"{part.Workload}: {part.Outcome.Evidence}")),
        };
    }

    private static IEnumerable<ImageOwner> Owners(JsonObject deployment, Target target, List<string> containers)
    {
        var managers = FieldOwner.From(deployment)
            .Where(owner => !owner.IsSelf && containers.Exists(name => OwnsImage(owner, name)))
            .Select(owner => owner.Manager)
            .Distinct()
            .ToList();
        foreach (var tool in ManagingTool.All.Where(tool => !tool.Releases(deployment)))
        {
            var (own, marker) = (managers.FirstOrDefault(tool.Is), tool.MarkerOf(deployment));
            if (own is null && marker is null) continue;
            var evidence = string.Join(", ", new[] { own is null ? null : $"field manager {own}", marker }.OfType<string>());
            yield return new ImageOwner(
                tool.Name, tool.Id, target.Ownership.TryGetValue(tool.Id, out var action) ? action : tool.Action, evidence, tool.When);
        }

        if (Controller(deployment) is { } controller) yield return Owner(controller, "controller", OwnershipAction.Warn, "owner reference");
        foreach (var manager in managers.Where(manager => !ManagingTool.All.Any(tool => tool.Is(manager))))
            yield return Owner(manager, manager, OwnershipAction.Ignore, "field manager");

        ImageOwner Owner(string name, string setting, OwnershipAction unless, string evidence)
        {
            var action = target.Ownership.TryGetValue(setting, out var configured) ? configured : unless;
            return new ImageOwner(name, setting, action, evidence, action == OwnershipAction.Ignore ? "" : "when it writes next");
        }
    }

    private static bool OwnsImage(FieldOwner owner, string container) =>
        owner.Owns([.. FieldPaths.Container("containers", container), "f:image"])
        || owner.Owns([.. FieldPaths.Container("initContainers", container), "f:image"]);

    private static IEnumerable<string> Scaling(JsonObject deployment) => FieldOwner.From(deployment)
        .Where(owner => owner.Owns("f:spec", "f:replicas") && (owner.Subresource == "scale" || Scalers.Contains(owner.Manager)))
        .Select(owner => $"{owner.Manager} sets the number of replicas, which the update leaves")
        .Distinct();

    // An operator that made the Deployment.
    private static string? Controller(JsonObject deployment) =>
        deployment.At("metadata", "ownerReferences").Objects()
            .Where(owner => owner["controller"] is JsonValue value && value.TryGetValue<bool>(out var isController) && isController)
            .Select(owner => $"{owner["kind"].Text()}/{owner["name"].Text()}")
            .FirstOrDefault();
}
