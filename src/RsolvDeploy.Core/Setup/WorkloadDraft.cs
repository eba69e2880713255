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
        if (survey.Host is not { } served)
        {
            draft.Leave(
                "no Ingress, HTTPRoute or Route leads to the pods; health and metrics are checked when the address is known",
                "url: https://…");
            return;
        }

        var (host, isTls, source) = served;
        var url = $"url: {(isTls == false ? "http" : "https")}://{host}";
        if (isTls is null) draft.Leave($"whether {host} of the {source} is served by https: its Gateway may not be read", url);
        else if (await IsKnownAsync(host, ct)) draft.Add($"{source} serves {host}", [url]);
        else draft.Leave($"the host {host} of the {source} has no address here", url);
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
