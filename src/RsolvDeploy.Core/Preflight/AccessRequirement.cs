using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Preflight;

/// <summary>An access to the API server that a pending step needs.</summary>
/// <param name="Verb">The verb of access rules.</param>
/// <param name="Kind">Of what.</param>
/// <param name="Namespace">Where.</param>
/// <param name="Subresource">Of which part of it; null for the object itself.</param>
internal sealed record AccessRequirement(string Verb, ResourceKind Kind, string Namespace, string? Subresource = null)
{
    private static readonly string[] KeepingVerbs = ["get", "list", "create", "delete"];

    /// <summary>Whether the steps continue without it, and report what they could not do.</summary>
    public bool IsOptional { get; init; }

    /// <summary>As access rules name it: <c>pods/log</c>.</summary>
    public string Resource => Subresource is null ? Kind.Plural : $"{Kind.Plural}/{Subresource}";

    /// <summary>What the steps of a deployment need, each once.</summary>
    /// <param name="target">Where.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="backedUp">The kinds that a backup takes beside the Deployment.</param>
    /// <param name="written">The kinds that an overlay writes.</param>
    public static IReadOnlyList<AccessRequirement> For(
        Target target, IReadOnlyList<DeploymentStep> steps, IEnumerable<ResourceKind> backedUp, IEnumerable<ResourceKind> written) =>
        [.. steps
            .SelectMany(step => For(target, step, backedUp, written))
            .Concat(SecretsOf(target))
            .GroupBy(need => need with { IsOptional = false })
            .Select(same => same.Key with { IsOptional = same.All(need => need.IsOptional) })];

    /// <summary>The access review to create.</summary>
    public JsonObject ToReview() => new()
    {
        ["apiVersion"] = ResourceKind.AccessReviews.ApiVersion,
        ["kind"] = ResourceKind.AccessReviews.Kind,
        ["spec"] = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject
            {
                ["namespace"] = Namespace,
                ["verb"] = Verb,
                ["group"] = Kind.Group,
                ["version"] = Kind.Version,
                ["resource"] = Kind.Plural,
                ["subresource"] = Subresource,
            },
        },
    };

    /// <summary>In plain text.</summary>
    public override string ToString() => $"{Verb} {Resource} in {Namespace}";

    private static IEnumerable<AccessRequirement> For(
        Target target, DeploymentStep step, IEnumerable<ResourceKind> backedUp, IEnumerable<ResourceKind> written)
    {
        var ns = target.Namespace;
        return step switch
        {
            DeploymentStep.Backup =>
            [
                .. target.Workloads.Select(one => WorkloadKinds.ResourceOf(one.Kind)).Distinct().SelectMany(kind => new AccessRequirement[]
                {
                    new("get", kind, ns),
                    new("patch", kind, ns) { IsOptional = true },
                    new("create", kind, ns) { IsOptional = true },
                }),
                .. backedUp.SelectMany(kind => Saving(kind, ns)),
            ],
            DeploymentStep.Update =>
            [
                new("list", ResourceKind.ResourceQuotas, ns) { IsOptional = true },
                .. Rolling(target),
                .. Remembering(ns),
                .. Keeping(ns),
                .. Overlaying(target, written),
            ],
            DeploymentStep.Undo =>
            [
                .. Rolling(target),
                .. Remembering(ns),
                .. Keeping(ns),
                new("update", ResourceKind.Secrets, ns) { IsOptional = true },
            ],
            DeploymentStep.Migrate when target.Migrations is not null => [.. Entering(ns), .. Remembering(ns)],
            DeploymentStep.TestData when target.TestData is not null =>
            [
                new("get", ResourceKind.Secrets, ns),
                .. target.Prometheus?.Service is { } read ? Reaching(read.Namespace) : [],
            ],
            DeploymentStep.Verify =>
            [
                .. target.Prometheus?.Service is { } service ? Reaching(service.Namespace) : [],
                .. target.Alertmanager?.Service is { } alertmanager ? Reaching(alertmanager.Namespace) : [],
            ],
            _ => [],
        };
    }

    // A dry run shows whether the server would create each object again.
    private static IEnumerable<AccessRequirement> Saving(ResourceKind kind, string ns) =>
        [new("list", kind, ns), new("patch", kind, ns) { IsOptional = true }, new("create", kind, ns) { IsOptional = true }];

    // Of a CronJob nothing is watched. A StatefulSet waits for a broken pod until it is deleted.
    private static IEnumerable<AccessRequirement> Rolling(Target target)
    {
        var ns = target.Namespace;
        var kinds = target.Workloads.Select(one => one.Kind).Distinct().ToList();
        var watched = kinds.Where(kind => kind != WorkloadKind.CronJob)
            .SelectMany(kind => new[] { WorkloadKinds.ResourceOf(kind), WorkloadKinds.WatchedFor(kind).Revisions });
        return
        [
            .. kinds.Select(WorkloadKinds.ResourceOf)
                .SelectMany(kind => new AccessRequirement[] { new("get", kind, ns), new("patch", kind, ns) }),
            .. watched.Append(ResourceKind.Pods).Append(ResourceKind.Events).Distinct()
                .SelectMany(kind => new AccessRequirement[] { new("list", kind, ns), new("watch", kind, ns) }),
            new("get", ResourceKind.Pods, ns, "log"),
            .. kinds.Contains(WorkloadKind.StatefulSet)
                ? [new("delete", ResourceKind.Pods, ns) { IsOptional = true }]
                : Array.Empty<AccessRequirement>(),
        ];
    }

    // An apply that creates an object needs create as well.
    private static IEnumerable<AccessRequirement> Overlaying(Target target, IEnumerable<ResourceKind> written) => target.Kustomize is null
        ? []
        :
        [
            new("list", ResourceKind.Autoscalers, target.Namespace),
            .. written.SelectMany(kind => new AccessRequirement[]
            {
                new("get", kind, target.Namespace),
                new("patch", kind, target.Namespace),
                new("create", kind, target.Namespace),
            }),
        ];

    // Since Kubernetes 1.35 exec over WebSocket needs create; before, get.
    private static IEnumerable<AccessRequirement> Entering(string ns) =>
    [
        new("get", ResourceKind.Deployments, ns),
        new("list", ResourceKind.ReplicaSets, ns),
        new("list", ResourceKind.Pods, ns),
        new("get", ResourceKind.Pods, ns, "exec"),
        new("create", ResourceKind.Pods, ns, "exec"),
    ];

    // The lock and the history.
    private static IEnumerable<AccessRequirement> Remembering(string ns) =>
        new[] { ResourceKind.Leases, ResourceKind.ConfigMaps }
            .SelectMany(kind => new AccessRequirement[] { new("get", kind, ns), new("create", kind, ns), new("update", kind, ns) });

    // Copies of what a release runs with. Without them a rollback restores the image alone, and a warning reports it.
    private static IEnumerable<AccessRequirement> Keeping(string ns) =>
        KeepingVerbs.Select(verb => new AccessRequirement(verb, ResourceKind.Secrets, ns) { IsOptional = true });

    // Since Kubernetes 1.35 a port forward over WebSocket needs create beside get.
    private static IEnumerable<AccessRequirement> Reaching(string ns) =>
    [
        new("get", ResourceKind.Services, ns),
        new("list", ResourceKind.Pods, ns),
        new("get", ResourceKind.Pods, ns, "portforward"),
        new("create", ResourceKind.Pods, ns, "portforward"),
    ];

    private static IEnumerable<AccessRequirement> SecretsOf(Target target) =>
        target.Secrets.Count == 0 ? [] : [new("get", ResourceKind.Secrets, target.Namespace)];
}
