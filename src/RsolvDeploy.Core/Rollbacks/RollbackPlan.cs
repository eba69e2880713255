using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Rollbacks;

/// <summary>A planned rollback.</summary>
/// <param name="Target">The deployment.</param>
/// <param name="Container">The container whose image is rolled back.</param>
/// <param name="Template">The pod template to restore.</param>
/// <param name="From">The current image and revision.</param>
/// <param name="To">The image and revision, or the backup, to roll back to.</param>
/// <param name="Observed">The Deployment when the rollback was planned.</param>
/// <param name="ChangesNothing">Whether the Deployment already has this template.</param>
internal sealed record RollbackPlan(
    Target Target, string Container, JsonObject Template, string From, string To, JsonObject Observed, bool ChangesNothing)
{
    /// <summary>The image to roll back to.</summary>
    public string Image => PodTemplate.Image(Template, Container) ?? "";

    /// <summary>The image before the rollback.</summary>
    public string? ImageBefore => PodTemplate.Image(PodTemplate.Of(Observed), Container);

    /// <summary>Whether it is one of several workloads: evidence and verification are those of the release.</summary>
    public bool IsPart { get; init; }

    /// <summary>The images of the other containers and init containers of the template, by name.</summary>
    public IReadOnlyDictionary<string, string> OtherImages => PodTemplate.AllContainers(Template)
        .Where(one => one["name"].Text() != Container)
        .ToDictionary(one => one["name"].Text() ?? "", one => one["image"].Text() ?? "");

    /// <summary>The ConfigMaps and Secrets that are restored too.</summary>
    public IReadOnlyList<ConfigurationChange> Configuration { get; init; } = [];

    /// <summary>Whether the template stays and the pods are restarted to read the restored configuration.</summary>
    public bool Restarts { get; init; }

    /// <summary>Which ConfigMaps and Secrets are not restored, and why; empty when all are.</summary>
    public string ConfigurationNote { get; init; } = "";

    /// <summary>The migrations that were applied since that release ran and stay applied.</summary>
    public IReadOnlyList<SchemaMigration> MigrationsCrossed { get; init; } = [];

    /// <summary>The change, for people.</summary>
    public string Summary => $"Roll back from {From} to {To}{(Choice.Length > 0 ? $" ({Choice})" : "")}"
        + (Configuration.Count == 0 ? "" : $", and restore {string.Join("; ", Configuration.Select(change => change.Summary))}")
        + (ConfigurationNote.Length == 0 ? "" : $"; ConfigMaps and Secrets {ConfigurationNote}")
        + (MigrationsCrossed.Count == 0 ? "" : $", although these migrations stay applied: {string.Join(", ", MigrationsCrossed)}");

    /// <summary>The reason for choosing this release.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The reason for the rollback.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long the rollout may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>The expected end state of the rollout.</summary>
    /// <param name="written">The Deployment as the API server stored it.</param>
    public RolloutExpectation Expect(JsonObject written)
    {
        // Admission may name another registry; what the API server stored is what is expected.
        var stored = PodTemplate.Of(written);
        return new RolloutExpectation(
            Target.Deployment, Container, PodTemplate.Image(stored, Container) ?? Image, DeploymentReader.Generation(written))
        {
            AdditionalImages = OtherImages.ToDictionary(one => one.Key, one => PodTemplate.Image(stored, one.Key) ?? one.Value),
            Kind = Target.Main.Kind,
            Settings = Target.Rollout,
        };
    }
}
