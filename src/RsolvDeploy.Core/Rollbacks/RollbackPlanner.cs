using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Migrations;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Rollbacks;

/// <summary>Plans a rollback: the release that it restores, and the objects that it changes.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="clock">The clock.</param>
internal sealed class RollbackPlanner(ClusterClient cluster, Target target, TimeProvider clock)
{
    /// <summary>Plans it; changes nothing.</summary>
    /// <exception cref="DeployException">The target is protected, the Deployment is missing or paused, the release is not found, is the
    /// running one (<c>NoOtherRelease</c>), has an image that nothing proves (<c>ImageNotProven</c>), or needs another schema.</exception>
    public async Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var deployment = await cluster.GetAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        if (target.Main.Kind == WorkloadKind.Deployment) DeploymentReader.RefusePaused(deployment, target);
        var container = DeploymentReader.Container(deployment, target);
        var revisions = await RevisionSearch.ReadAsync(cluster, target, deployment, ct);
        var search = new ReleaseSearch(cluster, target, deployment, revisions);
        var found = await search.FindAsync(request, ct);
        var current = PodTemplate.Of(deployment)!;
        if (!request.IsExplicit) new ImageProof(target, container).Verify(found.Template, Proven(current, revisions, request));
        var same = ReleaseTemplate.IsSame(current, found.Template);
        // A template that differs by a restart alone is the running one.
        var template = same ? PodTemplate.Clean(current) : found.Template;
        var image = PodTemplate.Image(template, container) ?? "";
        var crossed = same ? [] : await SchemaGuard.CheckAsync(cluster, target, image, request.AllowSchemaMismatch, ct);
        var (changes, note) = await ConfigurationRestore.PlanAsync(cluster, target, request, image, ct);
        // Pods read their configuration when they start: when the template stays, they are restarted.
        var restarts = same && (changes.Count > 0 || request.Restart);
        if (same && !restarts && !Accepts(request, image)) throw await NoOtherReleaseAsync(found, search, ct);
        if (restarts) Restart(template);
        return new RollbackPlan(target, container, template, search.DescribeCurrent(), found.To, deployment, same && !restarts)
        {
            Restarts = restarts,
            Choice = found.Choice,
            Configuration = changes,
            ConfigurationNote = note,
            MigrationsCrossed = crossed,
        };
    }

    // What the cluster itself, or this run, vouches for.
    private static List<JsonNode> Proven(JsonNode current, RevisionSearch revisions, RollbackRequest request)
    {
        var proven = new List<JsonNode> { current };
        proven.AddRange(revisions.Known.Select(one => one.Template));
        if (PodTemplate.Of(request.Before) is { } before) proven.Add(before);
        return proven;
    }

    // A run that goes on, or one whose release is left already, ends where it is.
    private static bool Accepts(RollbackRequest request, string running) =>
        request.AcceptsRunning || (request.Left is { Length: > 0 } left && !ImageDigest.IsSame(left, running));

    private async Task<DeployException> NoOtherReleaseAsync(FoundRelease found, ReleaseSearch search, CancellationToken ct)
    {
        var choices = await search.DescribeOthersAsync(ct);
        var reason = found.Choice.Length > 0 ? found.Choice : "it runs already";
        return new DeployException("NoOtherRelease", FaultCategory.InvalidOperation,
            $"The rollback of {target.Namespace}/{target.Deployment} would lead to the release that runs, {search.DescribeCurrent()}: "
                + $"{reason}. Nothing was written. Other releases: {(choices.Count == 0 ? "none" : string.Join("; ", choices))}.",
            "Specify the release: -ToRevision, -ToDigest (Get-RsolvHistory lists them) or -FromBackup.")
        { Subject = target.Deployment };
    }

    private void Restart(JsonObject template)
    {
        var metadata = template["metadata"] as JsonObject ?? (JsonObject)(template["metadata"] = new JsonObject());
        var annotations = metadata["annotations"] as JsonObject ?? (JsonObject)(metadata["annotations"] = new JsonObject());
        annotations[ReleaseTemplate.RestartedAt] = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
