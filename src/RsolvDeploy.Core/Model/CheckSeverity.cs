namespace RsolvDeploy;

/// <summary>What a failed check means for its step.</summary>
public enum CheckSeverity : long
{
    /// <summary>A failure fails the step.</summary>
    Required,

    /// <summary>A failure is reported and never fails the step.</summary>
    Advisory,
}
