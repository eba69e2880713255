namespace RsolvDeploy.Cluster;

/// <summary>A kind of object that the API server knows.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version of the group.</param>
/// <param name="Plural">The name in paths, for example <c>deployments</c>.</param>
/// <param name="Kind">The name in objects, for example <c>Deployment</c>.</param>
/// <param name="Namespaced">Whether its objects live in a namespace.</param>
internal sealed record ResourceKind(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    public static readonly ResourceKind ConfigMaps = new("", "v1", "configmaps", "ConfigMap");
    public static readonly ResourceKind Events = new("", "v1", "events", "Event");
    public static readonly ResourceKind LimitRanges = new("", "v1", "limitranges", "LimitRange");
    public static readonly ResourceKind Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);
    public static readonly ResourceKind Nodes = new("", "v1", "nodes", "Node", Namespaced: false);
    public static readonly ResourceKind PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");
    public static readonly ResourceKind Pods = new("", "v1", "pods", "Pod");
    public static readonly ResourceKind ResourceQuotas = new("", "v1", "resourcequotas", "ResourceQuota");
    public static readonly ResourceKind Secrets = new("", "v1", "secrets", "Secret");
    public static readonly ResourceKind ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount");
    public static readonly ResourceKind Services = new("", "v1", "services", "Service");
    public static readonly ResourceKind ControllerRevisions = new("apps", "v1", "controllerrevisions", "ControllerRevision");
    public static readonly ResourceKind DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet");
    public static readonly ResourceKind Deployments = new("apps", "v1", "deployments", "Deployment");
    public static readonly ResourceKind ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet");
    public static readonly ResourceKind StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet");
    public static readonly ResourceKind AccessReviews =
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", Namespaced: false);
    public static readonly ResourceKind Autoscalers = new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler");
    public static readonly ResourceKind CronJobs = new("batch", "v1", "cronjobs", "CronJob");
    public static readonly ResourceKind Jobs = new("batch", "v1", "jobs", "Job");
    public static readonly ResourceKind Leases = new("coordination.k8s.io", "v1", "leases", "Lease");
    public static readonly ResourceKind EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice");
    public static readonly ResourceKind Gateways = new("gateway.networking.k8s.io", "v1", "gateways", "Gateway");
    public static readonly ResourceKind HttpRoutes = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");
    public static readonly ResourceKind PrometheusRules = new("monitoring.coreos.com", "v1", "prometheusrules", "PrometheusRule");
    public static readonly ResourceKind PodMetrics = new("metrics.k8s.io", "v1beta1", "pods", "PodMetrics");
    public static readonly ResourceKind ServiceMonitors = new("monitoring.coreos.com", "v1", "servicemonitors", "ServiceMonitor");
    public static readonly ResourceKind Ingresses = new("networking.k8s.io", "v1", "ingresses", "Ingress");
    public static readonly ResourceKind Routes = new("route.openshift.io", "v1", "routes", "Route");
    public static readonly ResourceKind DisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget");

    /// <summary>
    /// Whether <c>status</c> is a field like others: no subresource of the kind separates it, so a create and an update write it.
    /// </summary>
    public bool KeepsStatus { get; init; }

    /// <summary>As an object's <c>apiVersion</c> has it.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As access rules name it: <c>deployments.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The path of one object, or of all of them, relative to the server's address.</summary>
    public string PathOf(string? ns, string? name)
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        var scope = Namespaced && ns is not null ? $"/namespaces/{Uri.EscapeDataString(ns)}" : "";
        var leaf = name is null ? "" : $"/{Uri.EscapeDataString(name)}";
        return $"{root}{scope}/{Plural}{leaf}";
    }
}
