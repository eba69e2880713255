using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Rollbacks;

/// <summary>A pod template that the Deployment's controller keeps in a ReplicaSet.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Earlier">Its earlier revisions: one that was rolled out again has a new number.</param>
/// <param name="Template">The template, without what the controller adds.</param>
internal sealed record KnownRevision(long Revision, IReadOnlyList<long> Earlier, JsonObject Template)
{
    /// <summary>Whether it has, or had, this number.</summary>
    public bool Has(long revision) => Revision == revision || Earlier.Contains(revision);

    /// <summary>For people.</summary>
    /// <param name="container">The container whose image is shown.</param>
    public string Describe(string container) => DeploymentReader.Describe(PodTemplate.Image(Template, container), Revision);
}
