using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Migrations;
using RsolvDeploy.Rollbacks.Configuration;

namespace RsolvDeploy.Rollbacks;

/// <summary>Finds where a way back leads, and what it changes on its way.</summary>
internal static class RollbackPlanner
{
    /// <summary>Finds where to go back to; changes nothing.</summary>
    public static async Task<RollbackPlan> PlanAsync(ClusterClient cluster, Target target, RollbackRequest request, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct);
        DeploymentReader.RefusePaused(deployment, target);
        var container = DeploymentReader.Container(deployment, target);
        var (template, to, choice) = await FindAsync(cluster, target, deployment, container, request, ct);
        var same = JsonNode.DeepEquals(RevisionSearch.Clean(deployment.At("spec", "template")!), template);
        var crossed = same ? [] : await SchemaGuard.CheckAsync(cluster, target, PodTemplate.Image(template, container) ?? "", request.AllowSchemaMismatch, ct);
        var (changes, note) = await ConfigurationRestore.PlanAsync(cluster, target, request, PodTemplate.Image(template, container) ?? "", ct);
        // Pods read variables when they start: where the template is the right one already, they are started anew.
        var restarts = same && (changes.Count > 0 || request.Restart);
        if (restarts) Restart(template);
        return new RollbackPlan(target, container, template, DeploymentReader.Describe(PodTemplate.Image(deployment.At("spec", "template"), container), DeploymentReader.Revision(deployment)), to, deployment, same && !restarts)
        {
            Restarts = restarts,
            Choice = choice,
            Configuration = changes,
            ConfigurationNote = note,
            MigrationsCrossed = crossed,
        };
    }

    private static async Task<(JsonObject Template, string To, string Choice)> FindAsync(
        ClusterClient cluster, Target target, JsonObject deployment, string container, RollbackRequest request, CancellationToken ct)
    {
        if (request.Template is { } backup)
        {
            var wanted = RevisionSearch.Clean(backup.At("spec", "template") ?? throw new DeployException("BackupCorrupt", FaultCategory.InvalidData, "The Deployment in the backup has no pod template.", "Use another backup."));
            return (wanted, $"{PodTemplate.Image(wanted, container)} (from the backup)", "");
        }

        if (request.ToImage is { } image && request.ToRevision is null)
        {
            var (at, whole) = await RevisionSearch.ByImageAsync(cluster, target, deployment, container, image, ct);
            return (whole, DeploymentReader.Describe(image, at), request.Choice + (at is null ? "; its ReplicaSet is gone, so only the image is set" : ""));
        }

        var (revision, template) = await RevisionSearch.ByRevisionAsync(cluster, target, deployment, DeploymentReader.Revision(deployment), request, ct);
        var why = request.ToRevision is not null ? "the operator named the revision" : $"it is the revision before{(request.Choice.Length > 0 ? $"; {request.Choice}" : "")}";
        return (template, DeploymentReader.Describe(PodTemplate.Image(template, container), revision), why);
    }

    private static void Restart(JsonObject template)
    {
        var metadata = template["metadata"] as JsonObject ?? (JsonObject)(template["metadata"] = new JsonObject());
        var annotations = metadata["annotations"] as JsonObject ?? (JsonObject)(metadata["annotations"] = new JsonObject());
        annotations["kubectl.kubernetes.io/restartedAt"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
