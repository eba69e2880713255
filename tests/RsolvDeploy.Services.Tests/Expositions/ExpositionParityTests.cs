using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Services.Tests.Expositions;

/// <summary>The same bytes are read here and scraped by a real Prometheus: both take them, or both refuse them.</summary>
/// <remarks>
/// <c>RSOLV_TEST_PROMETHEUS3</c> names a Prometheus 3 (Debian sid has one; it need not be installed). <c>RSOLV_EXPOSITION_INPUTS</c> sets
/// how many inputs are made, <c>RSOLV_EXPOSITION_SEED</c> which.
/// </remarks>
public sealed class ExpositionParityTests
{
    private const int InputsOfAnOrdinaryRun = 300;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Prometheus3 => Environment.GetEnvironmentVariable("RSOLV_TEST_PROMETHEUS3") ?? "";

    [Fact]
    public Task Prometheus_2_takes_what_is_taken_here() => CompareAsync("prometheus", null, (_, document, _) =>
        // It reads everything that does not call itself OpenMetrics as text, knows no names beyond ASCII, and exemplars by suffix alone.
        document.IsValid && (document.Leniency
            & (ExpositionLeniency.QuotedName | ExpositionLeniency.LeadingBlank | ExpositionLeniency.OddExemplar)) == 0);

    [Fact]
    public Task Prometheus_3_takes_what_is_taken_here() =>
        CompareAsync(NeededPrometheus3(), null, IsTakenBy3);

    [Theory]
    [InlineData("PrometheusText0.0.4")]
    [InlineData("OpenMetricsText1.0.0")]
    public Task Prometheus_3_with_a_fallback_takes_what_is_taken_here(string fallback) =>
        CompareAsync(NeededPrometheus3(), fallback, IsTakenBy3);

    [Fact]
    public void Everything_well_formed_is_read_without_an_issue() => Assert.All(ExpositionCorpus.WellFormed, input =>
    {
        (ExpositionDocument document, ExpositionContentType type) = Read(input, null);
        Assert.Empty(document.Errors);
        Assert.True((document.Leniency & ~ExpositionLeniency.QuotedName) == ExpositionLeniency.None, $"{input.Name}: {document.Leniency}");
        Assert.Null(type.Error);
    });

    private static async Task CompareAsync(
        string program, string? fallback, Func<ExpositionInput, ExpositionDocument, ExpositionContentType, bool> isTaken)
    {
        List<ExpositionInput> inputs = Inputs();
        IReadOnlyList<ScrapeVerdict> verdicts = await ScrapeOracle.ScrapeAsync(program, inputs, fallback, Ct);
        var differences = new List<string>();
        for (int index = 0; index < inputs.Count; index++)
        {
            (ExpositionDocument document, ExpositionContentType type) = Read(inputs[index], fallback);
            bool taken = isTaken(inputs[index], document, type);
            if (taken == verdicts[index].IsUp || (verdicts[index].IsUp && IsExplained(inputs[index], document))) continue;
            string ours = taken ? "taken" : $"refused: {type.Error} {(document.Errors.Count == 0 ? "" : document.Errors[0])}";
            string theirs = verdicts[index].IsUp ? "up" : verdicts[index].Error;
            string body = Encoding.Latin1.GetString(inputs[index].Body).Replace("\n", "⏎\n", StringComparison.Ordinal);
            differences.Add($"{inputs[index].Name}, {inputs[index].ContentType}\nhere {ours}\nPrometheus {theirs}\n{body}");
        }

        Assert.True(
            differences.Count == 0, $"{differences.Count} of {inputs.Count} differ:\n{string.Join("\n\n", differences.Take(12))}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{inputs.Count} inputs, {verdicts.Count(verdict => verdict.IsUp)} of them taken, no difference.");
    }

    // A scrape without a byte is never parsed.
    private static bool IsTakenBy3(ExpositionInput input, ExpositionDocument document, ExpositionContentType type) =>
        input.Body.Length == 0 || (document.IsValid && type.Error is null);

    /// <summary>A sample that is too old is dropped before its labels are looked at. Which one is, depends on the time.</summary>
    private static bool IsExplained(ExpositionInput input, ExpositionDocument document)
    {
        string[] lines = Encoding.Latin1.GetString(input.Body).Split('\n');
        return document.Errors.All(error => error.Reason.EndsWith("is given twice", StringComparison.Ordinal)
            && Regex.IsMatch(lines[(int)error.Line - 1], @"\}\s*\S+\s+\d+\s*$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static (ExpositionDocument Document, ExpositionContentType Type) Read(ExpositionInput input, string? fallback)
    {
        var type = ExpositionContentType.Decide(input.ContentType, fallback);
        var parser = new ExpositionParser(null, type.IsOpenMetrics);
        int read = parser.Feed(input.Body);
        return (parser.Complete(input.Body.AsSpan(read)), type);
    }

    private static List<ExpositionInput> Inputs()
    {
        int count = Number("RSOLV_EXPOSITION_INPUTS", InputsOfAnOrdinaryRun);
        ExpositionInput[] whole = [.. ExpositionCorpus.WellFormed, .. ExpositionCorpus.Reported];
        var mutator = new ExpositionMutator(Number("RSOLV_EXPOSITION_SEED", 20261128));
        return [.. whole, .. Enumerable.Range(0, count).Select(index => mutator.Mutate(whole[index % whole.Length]))];
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private static string NeededPrometheus3()
    {
        Assert.SkipWhen(Prometheus3.Length == 0, "RSOLV_TEST_PROMETHEUS3 names no Prometheus 3, and this test needs one.");
        return Prometheus3;
    }
}
