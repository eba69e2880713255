using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Migrations;

namespace RsolvDeploy.Rollbacks;

/// <summary>Plans a rollback: the release that it restores, and the objects that it changes.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="clock">The clock.</param>
internal sealed class RollbackPlanner(ClusterClient cluster, Target target, TimeProvider clock)
{
    /// <summary>Plans it; changes nothing.</summary>
    /// <exception cref="DeployException">The target is protected, the Deployment is missing or paused, the release is not found, or it
    /// needs another schema.</exception>
    public async Task<RollbackPlan> PlanAsync(RollbackRequest request, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        DeploymentReader.RefusePaused(deployment, target);
        var container = DeploymentReader.Container(deployment, target);
        var (template, to, choice) = await FindAsync(deployment, container, request, ct);
        var same = JsonNode.DeepEquals(RevisionSearch.Clean(deployment.At("spec", "template")!), template);
        var crossed = same
            ? []
            : await SchemaGuard.CheckAsync(cluster, target, PodTemplate.Image(template, container) ?? "", request.AllowSchemaMismatch, ct);
        var (changes, note) = await ConfigurationRestore.PlanAsync(
            cluster, target, request, PodTemplate.Image(template, container) ?? "", ct);
        // Pods read their configuration when they start: when the template stays, they are restarted.
        var restarts = same && (changes.Count > 0 || request.Restart);
        if (restarts) Restart(template);
        return new RollbackPlan(
            target,
            container,
            template,
            DeploymentReader.Describe(
                PodTemplate.Image(deployment.At("spec", "template"), container), DeploymentReader.Revision(deployment)),
            to,
            deployment,
            same && !restarts)
        {
            Restarts = restarts,
            Choice = choice,
            Configuration = changes,
            ConfigurationNote = note,
            MigrationsCrossed = crossed,
        };
    }

    private async Task<(JsonObject Template, string To, string Choice)> FindAsync(
        JsonObject deployment, string container, RollbackRequest request, CancellationToken ct)
    {
        if (request.Template is { } backup)
        {
            var wanted = RevisionSearch.Clean(backup.At("spec", "template")
                ?? throw new DeployException(
                    "BackupCorrupt",
                    FaultCategory.InvalidData,
                    "The Deployment in the backup has no pod template.",
                    "Roll back with another backup."));
            return (wanted, $"{PodTemplate.Image(wanted, container)} (from the backup)", "");
        }

        var search = new RevisionSearch(cluster, target, deployment);
        if (request.ToImage is { } image && request.ToRevision is null)
        {
            var (known, complete) = await search.FindByImageAsync(container, image, ct);
            return (complete, DeploymentReader.Describe(image, known), request.Choice
                + (known is null ? "; its ReplicaSet no longer exists, so only the image is set" : ""));
        }

        var (revision, template) = await search.FindByRevisionAsync(request, ct);
        var why = request.ToRevision is not null
            ? "the operator specified the revision"
            : $"it is the previous revision{(request.Choice.Length > 0 ? $"; {request.Choice}" : "")}";
        return (template, DeploymentReader.Describe(PodTemplate.Image(template, container), revision), why);
    }

    private void Restart(JsonObject template)
    {
        var metadata = template["metadata"] as JsonObject ?? (JsonObject)(template["metadata"] = new JsonObject());
        var annotations = metadata["annotations"] as JsonObject ?? (JsonObject)(metadata["annotations"] = new JsonObject());
        annotations["kubectl.kubernetes.io/restartedAt"] = clock.GetUtcNow().ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
