using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>A deployment of the repository.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ref">The branch, tag or commit.</param>
/// <param name="Sha">The commit.</param>
/// <param name="Environment">The environment.</param>
internal sealed record GitHubDeployment(long Id, string Ref, string Sha, string Environment)
{
    public string? Description { get; init; }

    public JsonNode? Payload { get; init; }

    public DateTimeOffset Created { get; } = DateTimeOffset.UtcNow;

    /// <summary>Its statuses, newest first.</summary>
    public List<GitHubDeploymentStatus> Statuses { get; } = [];

    public string? State => Statuses.Count == 0 ? null : Statuses[0].State;
}

/// <summary>A status of a deployment.</summary>
internal sealed record GitHubDeploymentStatus(long Id, string State, string Description, string LogUrl, string EnvironmentUrl)
{
    public DateTimeOffset Created { get; } = DateTimeOffset.UtcNow;
}
