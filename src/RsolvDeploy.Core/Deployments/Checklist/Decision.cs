namespace RsolvDeploy.Deployments.Checklist;

/// <summary>What a person decides in a deployment.</summary>
/// <param name="Id">Its stable id: <c>risks</c> or <c>inconclusive</c>.</param>
/// <param name="Question">The question.</param>
/// <param name="Evidence">What has to be known for the answer.</param>
/// <param name="Choices">The possible answers.</param>
/// <param name="Configured">The configured answer, which is proposed.</param>
internal sealed record Decision(
    string Id, string Question, string Evidence, IReadOnlyList<PolicyAction> Choices, PolicyAction Configured)
{
    /// <summary>What it is about: namespace, deployment and cluster.</summary>
    public string Subject { get; init; } = "";
}
