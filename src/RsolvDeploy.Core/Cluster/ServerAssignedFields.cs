using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>
/// The table of the fields that the server or its controllers fill by kind. docs/restore.md shows it; a test holds both equal.
/// </summary>
/// <remarks>Node ports are not among them: clients know them. A restore keeps them where they are free.</remarks>
internal static class ServerAssignedFields
{
    private const string ControllerUid = "the controller selects its pods by the uid of the Job, and a new Job has another one";
    private const string JobName = "the server writes it with the selector";
    private const string Address = "the cluster assigns the address";
    private const string Bound = "the volume is bound to the deleted claim, and a new claim is bound anew";
    private const string Token = "the cluster issues the token of a service account";
    private const string Scheduled = "the scheduler finds a node";
    private const string Priority = "the server derives it from the priority class";

    private static readonly FieldCondition OwnSelector = new(["spec", "manualSelector"], "true", Is: false);
    private static readonly FieldCondition NotHeadless = new(["spec", "clusterIP"], "None", Is: false);
    private static readonly FieldCondition BoundByController =
        new(["metadata", "annotations", "pv.kubernetes.io/bound-by-controller"], "yes", Is: true);

    private static readonly FieldCondition IsToken = new(["type"], "kubernetes.io/service-account-token", Is: true);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ServerAssignedField> All =
    [
        new("", "Service", ["spec", "clusterIP"], Address) { When = NotHeadless },
        new("", "Service", ["spec", "clusterIPs"], Address) { When = NotHeadless },
        new("", "Secret", ["data"], Token) { When = IsToken },
        new("", "Secret", ["metadata", "annotations", "kubernetes.io/service-account.uid"], Token) { When = IsToken },
        new("", "PersistentVolumeClaim", ["spec", "volumeName"], Bound) { When = BoundByController },
        .. new[]
        {
            "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/selected-node",
            "volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner",
        }.Select(name => new ServerAssignedField("", "PersistentVolumeClaim", ["metadata", "annotations", name], Bound)),
        new("", "Pod", ["spec", "nodeName"], Scheduled),
        new("", "Pod", ["spec", "priority"], Priority),
        new("", "Pod", ["spec", "preemptionPolicy"], Priority),
        new("", "Pod", ["spec", "overhead"], "the server derives it from the runtime class"),
        new("", "Pod", ["spec", "ephemeralContainers"], "a pod cannot be created with them"),
        new("batch", "Job", ["spec", "selector"], ControllerUid) { When = OwnSelector },
        .. new[] { "batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name", "job-name" }.SelectMany(name =>
            new[] { new[] { "metadata", "labels", name }, ["spec", "template", "metadata", "labels", name] }.Select(path =>
                new ServerAssignedField("batch", "Job", path, name.EndsWith("uid", StringComparison.Ordinal) ? ControllerUid : JobName)
                {
                    When = OwnSelector,
                })),
        new("batch", "Job", ["metadata", "annotations", "batch.kubernetes.io/job-tracking"], "the server writes it"),
    ];

    private static readonly FrozenDictionary<string, ServerAssignedField[]> ByKind =
        All.GroupBy(field => field.Kind).ToFrozenDictionary(fields => fields.Key, fields => fields.ToArray());

    /// <summary>Those of a kind.</summary>
    public static IReadOnlyList<ServerAssignedField> For(ResourceKind kind) => For(kind.Group, kind.Kind);

    /// <summary>Those of an object.</summary>
    public static IReadOnlyList<ServerAssignedField> For(JsonObject resource)
    {
        var version = resource["apiVersion"]?.ToString() ?? "";
        var slash = version.IndexOf('/', StringComparison.Ordinal);
        return For(slash < 0 ? "" : version[..slash], resource["kind"]?.ToString() ?? "");
    }

    private static ServerAssignedField[] For(string group, string kind) =>
        ByKind.TryGetValue(kind, out var fields) && fields[0].Group == group ? fields : [];
}
