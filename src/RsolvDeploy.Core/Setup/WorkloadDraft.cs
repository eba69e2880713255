using System.Net;
using System.Net.Sockets;
using k8s.Models;

namespace RsolvDeploy.Setup;

/// <summary>Drafts what the workload shows: containers, address, probes.</summary>
internal static class WorkloadDraft
{
    /// <summary>Adds the settings.</summary>
    public static async Task AddAsync(Draft draft, WorkloadSurvey survey, CancellationToken ct)
    {
        var name = YamlText.Scalar(survey.Name);
        if (survey.Kind == WorkloadKind.Deployment) draft.Add($"deployment: {name}");
        else draft.Add($"the {survey.Kind} {survey.Name}", ["workloads:", $"  - {{ kind: {survey.Kind}, name: {name} }}"]);
        AddContainers(draft, survey);
        await AddAddressAsync(draft, survey, ct);
        AddHealth(draft, survey.Container);
        if (survey.Autoscaler is { } autoscaler)
        {
            draft.Add(
                $"the HorizontalPodAutoscaler {autoscaler}",
                [$"# The HorizontalPodAutoscaler {autoscaler} sets the replicas; an update leaves them alone."]);
        }
    }

    private static void AddContainers(Draft draft, WorkloadSurvey survey)
    {
        var (name, image) = (survey.Container.Name, survey.Container.Image);
        draft.Add($"container {name} runs {image}", [$"# Runs {image}", $"container: {YamlText.Scalar(name)}"]);
        var same = (survey.Pods.InitContainers ?? []).Concat(survey.Pods.Containers)
            .Where(one => one.Name != name && one.Image == image)
            .Select(one => one.Name)
            .ToList();
        if (same.Count == 0) return;
        draft.Add(
            $"{string.Join(", ", same)} run the same image", [$"alsoContainers: [{string.Join(", ", same.Select(YamlText.Scalar))}]"]);
    }

    private static async Task AddAddressAsync(Draft draft, WorkloadSurvey survey, CancellationToken ct)
    {
        foreach (var ingress in survey.Ingresses)
        {
            var hosts = ingress.Spec.Rules.Select(rule => rule.Host);
            var host = hosts.FirstOrDefault(name => name is { Length: > 0 } && !name.StartsWith('*'));
            if (host is null) continue;
            var scheme = (ingress.Spec.Tls ?? []).Any(tls => tls.Hosts is null || tls.Hosts.Contains(host)) ? "https" : "http";
            if (await IsKnownAsync(host, ct))
                draft.Add($"Ingress {ingress.Metadata.Name} serves {host}", [$"url: {scheme}://{host}"]);
            else
                draft.Leave($"the host {host} of the Ingress {ingress.Metadata.Name} has no address here", $"url: {scheme}://{host}");
            return;
        }

        draft.Leave("no Ingress leads to the pods; health and metrics are checked when the address is known", "url: https://…");
    }

    // A check of an address that this machine does not know would fail every time.
    private static async Task<bool> IsKnownAsync(string host, CancellationToken ct)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host, ct)).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void AddHealth(Draft draft, V1Container container)
    {
        if ((container.ReadinessProbe ?? container.LivenessProbe)?.HttpGet?.Path is { Length: > 0 } path)
            draft.Add($"the probe asks {path}", [$"health: {{ path: {YamlText.Scalar(path)}, under: 2s }}"]);
        else
            draft.Leave("the container has no HTTP probe", "health: { path: /health, under: 2s }");
    }
}
