namespace RsolvDeploy.Runs;

/// <summary>A person, or the configuration, decided what follows.</summary>
/// <param name="Decision">The decision: <c>risks</c> or <c>inconclusive</c>.</param>
/// <param name="Action">What follows.</param>
internal sealed record DecisionMade(string Decision, PolicyAction Action)
{
    /// <summary>What was known; never a secret value.</summary>
    public string Evidence { get; init; } = "";
}

/// <summary>A deployment was allowed in a freeze window.</summary>
/// <param name="Window">The window.</param>
/// <param name="By">Who allowed it.</param>
/// <param name="Reason">Why.</param>
internal sealed record FreezeOverridden(string Window, string By, string Reason);
