using RsolvDeploy.Errors;

namespace RsolvDeploy.Health;

/// <summary>A check together with what it came to, which decides the verdict.</summary>
internal sealed record Finding(Check Check, Outcome Outcome)
{
    /// <summary>Measures, takes the time, and makes the check of it. A fault that a service answers with is a finding, not an exception.</summary>
    public static async Task<Finding> MeasureAsync(string id, string title, TimeProvider time, Func<Task<Observation>> measure)
    {
        DateTimeOffset started = time.GetUtcNow();
        long stamp = time.GetTimestamp();
        Observation seen;
        try
        {
            seen = await measure();
        }
        catch (DeployException fault)
        {
            seen = new Observation(Outcome.Unmeasured, $"Not measured ({fault.Id}): {fault.Message}") { Remedy = fault.Remedy };
        }

        var check = new Check(id, "Verify", title, StatusOf(seen.Outcome))
        {
            Evidence = seen.Evidence,
            Expected = seen.Expected,
            Actual = seen.Actual,
            Remedy = seen.Remedy,
            Started = started,
            Duration = time.GetElapsedTime(stamp),
        };
        return new Finding(check, seen.Outcome);
    }

    private static CheckStatus StatusOf(Outcome outcome) => outcome switch
    {
        Outcome.Met => CheckStatus.Passed,
        Outcome.MetButLook or Outcome.NotMetBefore => CheckStatus.Warning,
        Outcome.NotMet => CheckStatus.Failed,
        _ => CheckStatus.Skipped,
    };
}
