namespace RsolvDeploy.Deployments.Checklist;

/// <summary>Decides what is a person's: an operator at a prompt, or the configured answer.</summary>
internal interface IDecisions
{
    /// <summary>Decides.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="ct">Cancels.</param>
    Task<PolicyAction> DecideAsync(Decision decision, CancellationToken ct);
}
