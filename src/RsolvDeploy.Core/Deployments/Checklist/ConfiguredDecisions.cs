namespace RsolvDeploy.Deployments.Checklist;

/// <summary>Takes the configured answers, for a run without an operator.</summary>
internal sealed class ConfiguredDecisions : IDecisions
{
    /// <summary>The one instance.</summary>
    public static readonly ConfiguredDecisions Instance = new();

    /// <inheritdoc/>
    public Task<PolicyAction> DecideAsync(Decision decision, CancellationToken ct) => Task.FromResult(decision.Configured);
}
