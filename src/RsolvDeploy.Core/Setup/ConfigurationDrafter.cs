using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Setup;

/// <summary>Makes the text of a configuration from what the cluster and the repository show. It only reads.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="request">What it is made for.</param>
internal sealed class ConfigurationDrafter(ClusterClient cluster, DraftRequest request)
{
    /// <summary>The text and what it consists of.</summary>
    /// <exception cref="Errors.DeployException">The workload cannot be read.</exception>
    public async Task<(string Text, Draft Draft)> CreateAsync(CancellationToken ct)
    {
        var survey = await WorkloadSurvey.ReadAsync(cluster, request, ct);
        var (draft, monitoring) = (new Draft(), new Draft());
        var environment = await MonitoringDraft.AddAsync(monitoring, cluster, survey, ct);
        if (request.Kubeconfig is { } kubeconfig) draft.Add($"kubeconfig: {YamlText.Scalar(kubeconfig)}");
        draft.Add($"context {cluster.ContextName}", [$"context: {YamlText.Scalar(cluster.ContextName)}"]);
        await AddClusterAsync(draft, ct);
        draft.Add($"namespace: {YamlText.Scalar(request.Namespace)}");
        await WorkloadDraft.AddAsync(draft, survey, ct);
        draft.Comment("The value of the metrics' label environment.");
        draft.Add($"environment: {YamlText.Scalar(environment ?? request.TargetName)}");
        await SecretDraft.AddAsync(draft, cluster, survey, ct);
        draft.Add("rollout: { timeout: 5m, stableFor: 10s }", "triggers:", "  crashLoop: { longerThan: 5m }");
        await SourceDraft.AddAsync(draft, request, survey, ct);
        return (Text([.. draft.Lines, .. monitoring.Lines]), Merge(draft, monitoring));
    }

    // The context of another kubeconfig may lead elsewhere.
    private async Task AddClusterAsync(Draft draft, CancellationToken ct)
    {
        try
        {
            var system = await cluster.GetAsync(ResourceKind.Namespaces, null, "kube-system", ct);
            if (system.At("metadata", "uid").Text() is { } uid) draft.Add($"cluster {uid}", [$"cluster: {{ uid: {uid} }}"]);
        }
        catch (ApiException)
        {
            draft.Leave("the uid of the cluster: the namespace kube-system may not be read", "cluster: { uid: … }");
        }
    }

    private string Text(IEnumerable<string> lines) => string.Join(
        '\n',
        [
            "# yaml-language-server: $schema=https://raw.githubusercontent.com/RSOLV-dev/RsolvDeploy/main/docs/rsolv.schema.json",
            "# Made by New-RsolvConfiguration. A line that begins with \"# Open:\" names what could not be seen.",
            "version: 1",
            "targets:",
            $"  {YamlText.Scalar(request.TargetName)}:",
            .. lines.Select(line => $"    {line}"),
            "",
        ]);

    private static Draft Merge(Draft first, Draft second)
    {
        var all = new Draft();
        foreach (var draft in new[] { first, second })
        {
            foreach (var found in draft.Found) all.Add(found, []);
            foreach (var open in draft.Open) all.Leave(open);
        }

        return all;
    }
}
