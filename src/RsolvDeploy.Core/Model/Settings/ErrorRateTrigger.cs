namespace RsolvDeploy;

/// <summary>An error rate that is too high.</summary>
/// <param name="Query">PromQL that gives one number between 0 and 1.</param>
/// <param name="Above">The trigger fires above this number.</param>
public sealed record ErrorRateTrigger(string Query, double Above)
{
    /// <summary>How often it is queried. Default 15 seconds.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);
}
