namespace RsolvDeploy;

/// <summary>The rules of a deployment.</summary>
public sealed record PolicySettings
{
    /// <summary>Whether another person than the operator has to approve the manual checks.</summary>
    public bool TwoPersonRule { get; init; }

    /// <summary>What follows a step that fails after the release was changed: a rollback, or a stop.</summary>
    public PolicyAction OnFailure { get; init; } = PolicyAction.RollBack;

    /// <summary>What follows an environment that is ready with risks, unless a person decides: continue, or stop.</summary>
    public PolicyAction OnRisks { get; init; } = PolicyAction.Stop;

    /// <summary>What follows a verification that could not be decided, unless a person decides.</summary>
    public PolicyAction OnInconclusive { get; init; } = PolicyAction.Stop;

    /// <summary>The target that is validated before a deployment starts; null when none is.</summary>
    public string? Staging { get; init; }

    /// <summary>How long a new release is watched for rollback triggers before the sign-off; null when it is not.</summary>
    public TimeSpan? Watch { get; init; }

    /// <summary>When no deployment starts.</summary>
    public FreezeSettings Freeze { get; init; } = new();
}
