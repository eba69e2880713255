using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Rollbacks;

/// <summary>A way back that is still to be taken.</summary>
/// <param name="Target">Where.</param>
/// <param name="Container">The container whose image is looked at.</param>
/// <param name="Template">The pod template to go back to.</param>
/// <param name="From">The image and revision to leave.</param>
/// <param name="To">The image and revision, or the backup, to go back to.</param>
/// <param name="Observed">The Deployment as it was when this was planned.</param>
/// <param name="ChangesNothing">Whether the Deployment already has this template.</param>
internal sealed record RollbackPlan(Target Target, string Container, JsonObject Template, string From, string To, JsonObject Observed, bool ChangesNothing)
{
    /// <summary>The image to go back to.</summary>
    public string Image => PodTemplate.Image(Template, Container) ?? "";

    /// <summary>The images of the other containers and init containers of the template, by name.</summary>
    public IReadOnlyDictionary<string, string> OtherImages => PodTemplate.AllContainers(Template)
        .Where(one => one["name"].Text() != Container)
        .ToDictionary(one => one["name"].Text() ?? "", one => one["image"].Text() ?? "");

    /// <summary>The ConfigMaps and Secrets that go back too.</summary>
    public IReadOnlyList<ConfigurationChange> Configuration { get; init; } = [];

    /// <summary>Whether the template is the right one already, and the pods are started anew to read what went back.</summary>
    public bool Restarts { get; init; }

    /// <summary>Why none goes back, or which stay although they differ; empty when all do.</summary>
    public string ConfigurationNote { get; init; } = "";

    /// <summary>The migrations that were applied since the release to go back to ran, and that stay.</summary>
    public IReadOnlyList<SchemaMigration> MigrationsCrossed { get; init; } = [];

    /// <summary>What is done, for people.</summary>
    public string Summary => $"Roll back from {From} to {To}{(Choice.Length > 0 ? $" ({Choice})" : "")}"
        + (Configuration.Count == 0 ? "" : $", and restore {string.Join("; ", Configuration.Select(change => change.Summary))}{(ConfigurationNote.Length > 0 ? $"; {ConfigurationNote}" : "")}")
        + (MigrationsCrossed.Count == 0 ? "" : $", although these migrations stay applied: {string.Join(", ", MigrationsCrossed)}");

    /// <summary>Why this release.</summary>
    public string Choice { get; init; } = "";

    /// <summary>Why the deployment is rolled back.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long the rollout may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>What the rollout has to end in.</summary>
    /// <param name="written">The Deployment as the API server stored it.</param>
    public RolloutExpectation Expect(JsonObject written) => new(Target.Deployment, Container, Image, DeploymentReader.Generation(written))
    {
        AdditionalImages = OtherImages,
        Restarts = Target.Rollout.Restarts,
    };
}
