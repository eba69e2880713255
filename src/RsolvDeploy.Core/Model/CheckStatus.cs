namespace RsolvDeploy;

/// <summary>The status of a check.</summary>
public enum CheckStatus : long
{
    /// <summary>The requirement is met.</summary>
    Passed,

    /// <summary>The requirement is not met; with severity <see cref="CheckSeverity.Required"/> the step fails.</summary>
    Failed,

    /// <summary>Met, but an operator should look.</summary>
    Warning,

    /// <summary>Not evaluated; the evidence gives the reason.</summary>
    Skipped,

    /// <summary>A person has to approve it.</summary>
    Manual,
}
