namespace RsolvDeploy.Checks;

/// <summary>Merges the checks of several workloads into those of the release: each check once, with the worst status of all.</summary>
internal static class MergedChecks
{
    private static readonly CheckStatus[] Severest =
        [CheckStatus.Failed, CheckStatus.Warning, CheckStatus.Manual, CheckStatus.Passed, CheckStatus.Skipped];

    /// <summary>Merges them, in the order of the first workload.</summary>
    /// <param name="parts">The workloads, for people, with their checks.</param>
    public static IReadOnlyList<Check> From(IReadOnlyList<(string Workload, IReadOnlyList<Check> Checks)> parts) =>
        [.. parts
            .SelectMany(part => part.Checks.Select(check => (part.Workload, Check: check)))
            .GroupBy(one => one.Check.Id)
            .Select(same => Merge([.. same]))];

    private static Check Merge(List<(string Workload, Check Check)> same)
    {
        var severest = Severest.First(status => same.Exists(one => one.Check.Status == status));
        var shown = same.Where(one => one.Check.Status == severest).ToList();
        var worst = shown[0].Check;
        var (expected, actual) = severest == CheckStatus.Passed
            ? (Sum(same, check => check.Expected), Sum(same, check => check.Actual))
            : (worst.Expected, worst.Actual);
        return worst with
        {
            Evidence = string.Join("; ", shown.Select(one => $"{one.Workload}: {one.Check.Evidence}")),
            Expected = expected,
            Actual = actual,
            Started = same.Min(one => one.Check.Started),
            Duration = same.Max(one => one.Check.Duration),
        };
    }

    // Counts of pods add up; other values are the same for every workload.
    private static object? Sum(List<(string Workload, Check Check)> same, Func<Check, object?> valueOf)
    {
        var values = same.Select(one => valueOf(one.Check)).Where(value => value is not null).ToList();
        return values.Count == 0 ? null : values.TrueForAll(value => value is long) ? values.Cast<long>().Sum() : values[0];
    }
}
