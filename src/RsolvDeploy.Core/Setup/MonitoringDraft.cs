using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Services;

namespace RsolvDeploy.Setup;

/// <summary>Drafts Prometheus, its scrape job and alert rules, and Grafana.</summary>
internal static class MonitoringDraft
{
    private static readonly string[] Others = ["alertmanager", "operator", "exporter", "pushgateway", "adapter", "kube-state"];

    /// <summary>Adds the settings.</summary>
    /// <returns>The value of the label <c>environment</c> of the scrape target; null when there is none.</returns>
    public static async Task<string?> AddAsync(Draft draft, ClusterClient cluster, WorkloadSurvey survey, CancellationToken ct)
    {
        var services = await WorkloadSurvey.ListAsync<V1Service>(cluster, ResourceKind.Services, null, ct);
        var environment = await AddPrometheusAsync(draft, cluster, survey, [.. Named(services, "prometheus", 9090)], ct);
        AddGrafana(draft, [.. Named(services, "grafana", 3000)]);
        return environment;
    }

    private static IEnumerable<ServiceAddress> Named(IReadOnlyList<V1Service> services, string name, int port) => services
        .Where(one => one.Spec?.ClusterIP != "None" && one.Spec?.Selector is { Count: > 0 })
        .Where(one => one.Metadata.Name.Contains(name, StringComparison.Ordinal)
            && !Array.Exists(Others, other => one.Metadata.Name.Contains(other, StringComparison.Ordinal)))
        .Select(one => (Service: one, Port: one.Spec.Ports.FirstOrDefault(open => open.Port == port) ?? one.Spec.Ports.FirstOrDefault()))
        .Where(one => one.Port is not null)
        .OrderBy(one => one.Port!.Port == port ? 0 : 1)
        .Select(one => new ServiceAddress(one.Service.Metadata.NamespaceProperty, one.Service.Metadata.Name, one.Port!.Port));

    private static async Task<string?> AddPrometheusAsync(
        Draft draft, ClusterClient cluster, WorkloadSurvey survey, ServiceAddress[] candidates, CancellationToken ct)
    {
        foreach (var service in candidates)
        {
            try
            {
                using var prometheus = PrometheusClient.Open(
                    new PrometheusSettings { Service = service, Job = "" }, ServiceAccess.Anonymous(cluster));
                var targets = await prometheus.GetTargetsAsync("", ct);
                if (targets.Targets.FirstOrDefault(target => IsOf(survey, target)) is not { } target) continue;
                draft.Add(
                    $"Prometheus {service} scrapes the pods in the job {target.Job}",
                    [$"prometheus: {{ service: {service}, job: {YamlText.Scalar(target.Job)} }}"]);
                AddAlerts(draft, survey, await prometheus.GetAlertRulesAsync(ct));
                return target.Labels.GetValueOrDefault("environment");
            }
            catch (DeployException e) when (!ct.IsCancellationRequested)
            {
                draft.Comment($"{service} did not answer as Prometheus: {e.Message.ReplaceLineEndings(" ")}");
            }
        }

        draft.Leave(
            candidates.Length == 0 ? "no service of a Prometheus was found" : "no Prometheus that was found scrapes the pods",
            $"prometheus: {{ service: {(candidates.Length == 0 ? "monitoring/prometheus:9090" : candidates[0])}, job: … }}");
        return null;
    }

    private static bool IsOf(WorkloadSurvey survey, PrometheusTarget target)
    {
        var (name, ns) = (survey.Name, survey.Namespace);
        var labels = target.Labels;
        if (labels.TryGetValue("namespace", out var of) && of != ns) return false;
        return target.Job == name
            || (labels.TryGetValue("pod", out var pod) && pod.StartsWith($"{name}-", StringComparison.Ordinal))
            || (labels.TryGetValue("service", out var service) && survey.Services.Any(one => one.Metadata.Name == service));
    }

    private static void AddAlerts(Draft draft, WorkloadSurvey survey, PrometheusRules rules)
    {
        var (name, ns) = (survey.Name, survey.Namespace);
        var groups = rules.Rules
            .GroupBy(rule => rule.Group)
            .Where(group => group.Key.Contains(name, StringComparison.Ordinal)
                || group.Any(rule => rule.Labels.TryGetValue("namespace", out var of) && of == ns))
            .ToList();
        if (groups is [var only])
        {
            draft.Add(
                $"{only.Count()} alert rules in the group {only.Key}",
                [$"alerts: {{ groups: {YamlText.Scalar(only.Key)}, count: {only.Count()} }}"]);
            return;
        }

        var names = rules.Rules.Select(rule => rule.Group).Distinct().Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return;
        draft.Leave($"which alert rules belong to it; groups: {string.Join(", ", names)}", "alerts: { groups: …, count: … }");
    }

    private static void AddGrafana(Draft draft, ServiceAddress[] candidates)
    {
        if (candidates is [var service, ..])
            draft.Leave("the uid of the dashboard in Grafana", $"grafana: {{ service: {service}, dashboard: … }}");
    }
}
