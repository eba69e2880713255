namespace RsolvDeploy;

/// <summary>
/// How often a verification measures each check, and how much of it may fail. The limits mean what they mean in an analysis of Argo
/// Rollouts. By default one measurement decides.
/// </summary>
public sealed record VerificationSettings
{
    /// <summary>How many measurements decide; 1 to 1000. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>From the start of one measurement to the start of the next. Default 15 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many measurements may fail. Default 0.</summary>
    public int FailureLimit { get; init; }

    /// <summary>How many measurements may be without data. Default 0.</summary>
    public int InconclusiveLimit { get; init; }

    /// <summary>
    /// How many times in a row a service may not respond. It is asked again after 10 seconds, and this is no measurement. Default 4.
    /// </summary>
    public int ConsecutiveErrorLimit { get; init; } = 4;

    /// <summary>How many measurements in a row pass at once; 0 for none, so that all are made. Default 0.</summary>
    public int ConsecutiveSuccessLimit { get; init; }
}
