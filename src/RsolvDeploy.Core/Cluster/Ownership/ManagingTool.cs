using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Ownership;

/// <summary>A tool that keeps objects as its own source describes them, and reverts other changes.</summary>
/// <param name="Id">Its name in the configuration (<c>ownership</c>).</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Action">What it means for an update, unless it is configured.</param>
/// <param name="When">When it reverts a change.</param>
/// <param name="Managers">Its field managers; one that ends with <c>*</c> stands for all that begin so.</param>
internal sealed record ManagingTool(string Id, string Name, OwnershipAction Action, string When, IReadOnlyList<string> Managers)
{
    private const string HelmRelease = "meta.helm.sh/release-name";

    /// <summary>Labels and annotations of which each one shows that the tool manages the object.</summary>
    public IReadOnlyList<string> Markers { get; private init; } = [];

    /// <summary>Labels or annotations with the values, in any case, that keep the tool from changing the object.</summary>
    public IReadOnlyList<(string Name, string Value)> Released { get; private init; } = [];

    /// <summary>All known tools.</summary>
    public static readonly IReadOnlyList<ManagingTool> All =
    [
        new("argocd", "Argo CD", OwnershipAction.Fail, "at its next sync", ["argocd-controller", "argocd-application-controller"])
        {
            Markers = ["argocd.argoproj.io/instance", "argocd.argoproj.io/tracking-id"],
        },
        new("flux", "Flux", OwnershipAction.Fail, "at its next reconciliation", ["kustomize-controller", "helm-controller", "flux"])
        {
            Markers = ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"],
            Released =
            [
                ("kustomize.toolkit.fluxcd.io/reconcile", "disabled"), ("kustomize.toolkit.fluxcd.io/ssa", "Ignore"),
                ("kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent"),
            ],
        },
        new("config-sync", "Config Sync", OwnershipAction.Fail, "within seconds", ["configsync", "configsync-*"])
        {
            Markers = ["configsync.gke.io/declared-fields"],
        },
        new("olm", "Operator Lifecycle Manager", OwnershipAction.Fail, "within seconds", ["olm"]) { Markers = ["olm.owner"] },
        new("kubevela", "KubeVela", OwnershipAction.Fail, "within minutes", ["kubevela"]) { Markers = ["app.oam.dev/name"] },
        new("fleet", "Fleet", OwnershipAction.Fail, "at its next sync", ["fleetagent", "fleet-agent"]),
        new("helm", "Helm", OwnershipAction.Warn, "at its next upgrade", ["helm"]) { Markers = [HelmRelease] },
        new("kapp", "kapp", OwnershipAction.Warn, "at its next deployment", ["kapp-*"]) { Markers = ["kapp.k14s.io/app"] },
        new("terraform", "Terraform", OwnershipAction.Warn, "at its next apply", ["Terraform", "HashiCorp", "terraform*"]),
        new("pulumi", "Pulumi", OwnershipAction.Warn, "at its next update", ["pulumi-kubernetes*"]),
    ];

    /// <summary>Whether a field manager is this tool.</summary>
    public bool Is(string manager) => Managers.Any(name => name.EndsWith('*')
        ? manager.StartsWith(name[..^1], StringComparison.Ordinal)
        : name == manager);

    /// <summary>Whether the object is taken out of the tool's hands, whatever it wrote before.</summary>
    public bool Releases(JsonObject resource) => Released.Any(one => ((string[])["labels", "annotations"]).Any(member =>
        string.Equals(resource.At("metadata", member, one.Name).Text(), one.Value, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The label or annotation that shows that the tool manages an object; null when there is none.</summary>
    public string? MarkerOf(JsonObject resource)
    {
        var marker = Markers.FirstOrDefault(name =>
            resource.At("metadata", "labels", name) is not null || resource.At("metadata", "annotations", name) is not null);
        // The annotation stays when a release is taken out of Helm; the label that Helm demands with it decides.
        return marker == HelmRelease && resource.At("metadata", "labels", "app.kubernetes.io/managed-by").Text() != "Helm" ? null : marker;
    }
}
