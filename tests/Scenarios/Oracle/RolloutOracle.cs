using System.Globalization;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>Plays many rollouts, several at once, and lists those on which kubectl and RsolvDeploy differ.</summary>
internal static class RolloutOracle
{
    /// <summary>The first seed: <c>RSOLV_ORACLE_SEED</c>, or the given one.</summary>
    public static int Seed(int usual) => Read("RSOLV_ORACLE_SEED", usual);

    /// <summary>How many: <c>RSOLV_ORACLE_COUNT</c>, or the given number.</summary>
    public static int Count(int usual) => Read("RSOLV_ORACLE_COUNT", usual);

    /// <summary>Plays them; fails when they differ on one although nobody means it.</summary>
    public static async Task AssertAgreementAsync(OracleCluster on, IEnumerable<RolloutCase> cases, int atOnce, CancellationToken ct)
    {
        if (KubectlRollout.Program is null) Assert.Skip("There is no kubectl on PATH, and it is what the verdicts are compared with.");
        var results = new System.Collections.Concurrent.ConcurrentQueue<RolloutCaseResult>();
        await Parallel.ForEachAsync(
            cases,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = ct },
            async (one, token) => results.Enqueue(await PlayAsync(on, one, token)));
        var different = results.Where(result => !result.Agree).OrderBy(result => result.Case.Seed).ToList();
        var meant = different.Where(result => result.MeantBecause is not null).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{results.Count} rollouts: kubectl calls {results.Count(one => one.Kubectl.Succeeded)} good; "
                + $"they differ on {different.Count}, {meant.Count} of them meant."));
        foreach (var result in meant) TestContext.Current.TestOutputHelper?.WriteLine($"meant ({result.MeantBecause}): {result}");
        Assert.True(
            different.Count == meant.Count,
            "kubectl and RsolvDeploy differ:\n" + string.Join('\n', different.Where(result => result.MeantBecause is null)));
    }

    // One that ended at its limit is played once more with time to spare: which of the two just made it proves nothing.
    private static async Task<RolloutCaseResult> PlayAsync(OracleCluster on, RolloutCase one, CancellationToken ct)
    {
        var result = await RolloutCasePlayer.PlayAsync(on, one, ct);
        return result.Agree || !result.IsBorderline
            ? result
            : await RolloutCasePlayer.PlayAsync(on, one with { Limit = one.Limit * 2 }, ct);
    }

    private static int Read(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usual;
}
