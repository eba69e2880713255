using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>
/// Everything of a namespace is deleted and restored: the kinds that the sandbox does not have, and controllers that act.
/// </summary>
public sealed class WholeNamespaceTests() : ClusterScenarios(new RealClusterFixture())
{
    // In the order in which they are deleted: what controllers make goes with what it is made from.
    private static readonly string[] Kinds =
    [
        "cronjobs", "jobs.batch", "statefulsets", "daemonsets", "replicationcontrollers", "horizontalpodautoscalers.autoscaling",
        "poddisruptionbudgets.policy", "ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io",
        "rolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io", "resourcequotas", "limitranges", "podtemplates",
        "leases.coordination.k8s.io", "services", "serviceaccounts", "persistentvolumeclaims",
    ];

    private string Group => $"{On.Target.Namespace}.example.com";

    private string Suffix => On.Target.Namespace;

    [Fact]
    public async Task Everything_is_restored_after_it_was_deleted()
    {
        try
        {
            await ApplyAsync("cluster.yaml", Definitions());
            await VolumeAsync(0);
            await ApplyAsync("objects.yaml", Objects());
            await KubectlAsync("-n", On.Target.Namespace, "create", "job", "once", "--from=cronjob/nightly");
            await KubectlAsync("-n", On.Target.Namespace, "rollout", "status", "statefulset/state", "--timeout=90s");
            // A second revision of a DaemonSet, which the server counts in an annotation.
            await KubectlAsync("-n", On.Target.Namespace, "set", "env", "daemonset/each", "REVISION=2");
            var (backup, keys) = await BackupAsync(
                [.. Kinds, $"plains.{Group}", $"widgets.{Group}", "endpointslices.discovery.k8s.io"]);
            // Controllers may change a status meanwhile, which is a warning.
            Assert.All(backup.Checks, check => Assert.True(check.Status != CheckStatus.Failed, $"{check.Id}: {check.Evidence}"));
            Assert.Equal(CheckStatus.Passed, backup.Checks.Single(check => check.Id == "backup.restorable").Status);
            using var folder = BackupFolder.Open(backup.Path!, keys);

            foreach (var kind in Kinds) await KubectlAsync("-n", On.Target.Namespace, "delete", kind, "--all", "--timeout=90s");
            await KubectlAsync("-n", On.Target.Namespace, "delete", $"plains.{Group},widgets.{Group}", "--all");
            await VolumeAsync(1);
            var plan = await StateRestorer.PlanAsync(Cluster, On.Target, folder, new ObjectFilter([], []), Ct);
            // The cluster makes the account "default" anew.
            Assert.Equal(
                ObjectsCount, plan.Changes.Count(change => change.Change == ObjectChange.Deleted && change.Name != "default"));
            var restored = await RestoreAsync(plan);
            Assert.True(
                restored.Status == StepStatus.Succeeded,
                string.Join('\n', restored.Items.Select(item => $"{item.Kind}/{item.Name} {item.Action}: {item.Detail}")));

            await KubectlAsync("-n", On.Target.Namespace, "rollout", "status", "statefulset/state", "--timeout=90s");
            var live = await LiveState.ReadAsync(Cluster, On.Target.Namespace, folder.Manifest, Ct);
            var differences = await StateComparer.CompareAsync(folder, live, new ObjectFilter([], []), Ct);
            Assert.Empty(differences.Where(one => one.Change != ObjectChange.Equal)
                .Select(one => $"{one.Kind}/{one.Name} {one.Change}: {string.Join(", ", one.Fields)}"));
            var plain = folder.Manifest.Kinds.Single(kind => kind.Kind == "Plain").ToResource();
            Assert.Equal("42", (await Cluster.GetAsync(plain, On.Target.Namespace, "plain", Ct)).At("status", "balance").Text());
            var account = await Cluster.GetAsync(ResourceKind.ServiceAccounts, On.Target.Namespace, "worker", Ct);
            Assert.Equal("mine", account["secrets"]![0]!["name"].Text());
        }
        finally
        {
            await KubectlAsync(
                "delete", "--ignore-not-found", "--wait=false", "persistentvolume", $"{Suffix}-0", $"{Suffix}-1");
            await KubectlAsync(
                "delete", "--ignore-not-found", "--wait=false", "customresourcedefinition", $"plains.{Group}", $"widgets.{Group}");
        }
    }

    // The objects below, the Job, and the claim of the StatefulSet.
    private const int ObjectsCount = 22;

    private string Definitions() => string.Concat(new[] { ("plain", ""), ("widget", ", subresources: { status: {} }") }.Select(one => $$"""
        ---
        { apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: {{one.Item1}}s.{{Group}} }, spec: { group: {{Group}}, scope: Namespaced, names: { plural: {{one.Item1}}s, kind: {{char.ToUpperInvariant(one.Item1[0])}}{{one.Item1[1..]}} }, versions: [ { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }{{one.Item2}} } ] } }

        """));

    private Task VolumeAsync(int index) => ApplyAsync($"volume-{index}.yaml", $$"""
        ---
        { apiVersion: v1, kind: PersistentVolume, metadata: { name: {{Suffix}}-{{index}} }, spec: { storageClassName: {{Suffix}}, accessModes: [ ReadWriteOnce ], capacity: { storage: 1Mi }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /tmp } } }
        """);

    private string Pod(string app) =>
        $$"""template: { metadata: { labels: { app: {{app}} } }, spec: { terminationGracePeriodSeconds: 1, containers: [ { name: app, image: "{{On.Good}}" } ] } }""";

    private string Objects() => $$"""
        ---
        { apiVersion: v1, kind: ServiceAccount, metadata: { name: worker }, secrets: [ { name: mine } ], imagePullSecrets: [ { name: pull } ] }
        ---
        { apiVersion: v1, kind: LimitRange, metadata: { name: limits }, spec: { limits: [ { type: Container, defaultRequest: { cpu: 1m } } ] } }
        ---
        { apiVersion: v1, kind: ResourceQuota, metadata: { name: quota }, spec: { hard: { pods: "40" } } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: state }, spec: { clusterIP: None, selector: { app: state }, ports: [ { port: 80 } ] } }
        ---
        { apiVersion: v1, kind: Service, metadata: { name: balanced }, spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [ { port: 80 } ] } }
        ---
        { apiVersion: apps/v1, kind: StatefulSet, metadata: { name: state }, spec: { serviceName: state, replicas: 1, selector: { matchLabels: { app: state } }, {{Pod("state")}}, volumeClaimTemplates: [ { metadata: { name: data }, spec: { accessModes: [ ReadWriteOnce ], storageClassName: {{Suffix}}, resources: { requests: { storage: 1Mi } } } } ] } }
        ---
        { apiVersion: apps/v1, kind: DaemonSet, metadata: { name: each }, spec: { selector: { matchLabels: { app: each } }, {{Pod("each")}} } }
        ---
        { apiVersion: v1, kind: ReplicationController, metadata: { name: old }, spec: { replicas: 1, selector: { app: old }, {{Pod("old")}} } }
        ---
        { apiVersion: v1, kind: PodTemplate, metadata: { name: blank }, {{Pod("blank")}} }
        ---
        { apiVersion: batch/v1, kind: CronJob, metadata: { name: nightly }, spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [ { name: job, image: "{{On.Good}}", command: [ "true" ] } ] } } } } } }
        ---
        { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny }, spec: { podSelector: { matchLabels: { app: none } }, policyTypes: [ Ingress ], ingress: [ { from: [ { podSelector: {} } ], ports: [ { port: 80 } ] } ] } }
        ---
        { apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: { name: "system:reader:x" }, rules: [ { apiGroups: [ "" ], resources: [ pods ], verbs: [ get ] } ] }
        ---
        { apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: readers }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: "system:reader:x" }, subjects: [ { kind: ServiceAccount, name: worker } ] }
        ---
        { apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: { name: first }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: StatefulSet, name: state }, minReplicas: 1, maxReplicas: 2, targetCPUUtilizationPercentage: 50 } }
        ---
        { apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: second }, spec: { scaleTargetRef: { apiVersion: v1, kind: ReplicationController, name: old }, minReplicas: 1, maxReplicas: 2, metrics: [ { type: Resource, resource: { name: memory, target: { type: AverageValue, averageValue: 1Gi } } } ], behavior: { scaleDown: { stabilizationWindowSeconds: 5 } } } }
        ---
        { apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: front }, spec: { defaultBackend: { service: { name: balanced, port: { number: 80 } } } } }
        ---
        { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: budget }, spec: { minAvailable: 1, selector: { matchLabels: { app: web } } } }
        ---
        { apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: { name: leader }, spec: { holderIdentity: me } }
        ---
        { apiVersion: {{Group}}/v1, kind: Plain, metadata: { name: plain }, spec: { list: [ x, null, 1.5 ] }, status: { balance: "42" } }
        ---
        { apiVersion: {{Group}}/v1, kind: Widget, metadata: { name: widget }, spec: { template: { metadata: { creationTimestamp: null } } } }
        """;

    private async Task ApplyAsync(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        await File.WriteAllTextAsync(path, text, Ct);
        await KubectlAsync("-n", On.Target.Namespace, "apply", "--validate=false", "-f", path);
        if (file == "cluster.yaml") await KubectlAsync("wait", "--for=condition=established", "--timeout=30s", "-f", path);
    }

    private async Task<StateRestore> RestoreAsync(RestorePlan plan)
    {
        using var ledger = RunLedger.Open(new RunFolder(Runs.RunId.New(DateTimeOffset.UtcNow), Path.Combine(Folder, "runs")));
        return await StateRestorer.ApplyAsync(Cluster, plan, ledger, SilentReporter.Instance, Ct);
    }
}
