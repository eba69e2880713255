using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A kind of object that the sandbox's API server knows.</summary>
internal sealed record KindInfo(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    public static readonly KindInfo Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);
    public static readonly KindInfo Pods = new("", "v1", "pods", "Pod");
    public static readonly KindInfo Events = new("", "v1", "events", "Event") { HasStatus = false };
    public static readonly KindInfo ConfigMaps = new("", "v1", "configmaps", "ConfigMap") { HasStatus = false };
    public static readonly KindInfo Secrets = new("", "v1", "secrets", "Secret") { HasStatus = false };
    public static readonly KindInfo Services = new("", "v1", "services", "Service");
    public static readonly KindInfo Quotas = new("", "v1", "resourcequotas", "ResourceQuota");
    public static readonly KindInfo Deployments = new("apps", "v1", "deployments", "Deployment");
    public static readonly KindInfo ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet");
    public static readonly KindInfo StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet");
    public static readonly KindInfo DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet");
    public static readonly KindInfo ControllerRevisions =
        new("apps", "v1", "controllerrevisions", "ControllerRevision") { HasStatus = false };
    public static readonly KindInfo CronJobs = new("batch", "v1", "cronjobs", "CronJob");
    public static readonly KindInfo Definitions = new(
        "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);
    public static readonly KindInfo Leases = new("coordination.k8s.io", "v1", "leases", "Lease") { HasStatus = false };
    public static readonly KindInfo Nodes = new("", "v1", "nodes", "Node", Namespaced: false);
    public static readonly KindInfo PodMetrics = new("metrics.k8s.io", "v1beta1", "pods", "PodMetrics") { HasStatus = false };
    public static readonly KindInfo NodeMetrics = new("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", Namespaced: false);
    public static readonly KindInfo AccessReviews = new(
        "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", Namespaced: false);

    public static readonly IReadOnlyList<KindInfo> All =
    [
        Namespaces, Pods, Events, ConfigMaps, Secrets, Services, Deployments, ReplicaSets, AccessReviews,
        Nodes,
        new("", "v1", "serviceaccounts", "ServiceAccount") { HasStatus = false },
        new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
        new("", "v1", "persistentvolumes", "PersistentVolume", Namespaced: false),
        Quotas,
        new("", "v1", "limitranges", "LimitRange") { HasStatus = false },
        StatefulSets,
        DaemonSets,
        ControllerRevisions,
        new("batch", "v1", "jobs", "Job"),
        CronJobs,
        Leases,
        new("networking.k8s.io", "v1", "ingresses", "Ingress"),
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
        Definitions,
        PodMetrics, NodeMetrics,
    ];

    /// <summary>Whether a subresource separates the status from the rest.</summary>
    public bool HasStatus { get; init; } = true;

    /// <summary>The kind that a CustomResourceDefinition adds.</summary>
    public static KindInfo For(JsonObject definition) => new(
        definition.At("spec", "group").Text() ?? "",
        (definition.At("spec", "versions") as JsonArray)?[0].At("name").Text() ?? "",
        definition.At("spec", "names", "plural").Text() ?? "",
        definition.At("spec", "names", "kind").Text() ?? "",
        definition.At("spec", "scope").Text() == "Namespaced")
    {
        HasStatus = (definition.At("spec", "versions") as JsonArray)?[0].At("subresources", "status") is not null,
    };

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As errors name it: <c>deployments.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
