using System.Diagnostics;
using System.Globalization;

namespace RsolvDeploy.Fuzz;

/// <summary>
/// Any bytes give a value or an error of the module, in bounded memory and time. By default each parser gets the same inputs on every
/// machine; <c>RSOLV_FUZZ_INPUTS</c> sets how many instead, <c>RSOLV_FUZZ_SEED</c> the seed, and <c>RSOLV_FUZZ_PARSER</c> the one parser.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Parsers =>
        [.. Targets.All.Select(target => target.Name)
            .Where(name => Environment.GetEnvironmentVariable("RSOLV_FUZZ_PARSER") is not { Length: > 0 } only || name == only)];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Any_bytes_give_a_value_or_an_error(string parser)
    {
        var target = Targets.All.Single(one => one.Name == parser);
        var inputs = Setting("RSOLV_FUZZ_INPUTS");
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "rsolv-fuzz")).FullName;
        var run = new FuzzRun(target) { Trace = inputs is null ? null : Path.Combine(folder, $"{parser}.last") };
        var start = Stopwatch.GetTimestamp();
        run.Run(Setting("RSOLV_FUZZ_SEED") ?? 1, inputs ?? target.ShortRun);

        var failed = run.Failure is { } failure ? Path.Combine(folder, $"{parser}.failed") : null;
        if (failed is not null) File.WriteAllBytes(failed, run.Failure!.Value.Input);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{parser}: {run.Inputs} inputs, {run.Rejected} rejected, slowest {run.Slowest.TotalMilliseconds:0.0} ms, "
                + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
        Assert.True(run.Failure is null, $"{parser}, input {run.Inputs} (kept in {failed}): {run.Failure?.Reason}");
    }

    // Changes of an input that is rejected at once never reach what lies behind.
    [Theory]
    [MemberData(nameof(Parsers))]
    public void Every_seed_is_valid(string parser)
    {
        var target = Targets.All.Single(one => one.Name == parser);
        Assert.All(target.Seeds, seed => target.Parse(seed));
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
