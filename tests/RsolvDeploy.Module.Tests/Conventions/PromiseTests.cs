using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Every promise of docs/security.md names tests that exist, and the suites that they are in.</summary>
public sealed partial class PromiseTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Clone.Root, "docs", "security.md"));

    private static readonly string[] Suites =
        ["Core.Tests", "Module.Tests", "Services.Tests", "Cluster.Tests", "Scenarios", "Fuzz"];

    // The classes of each suite, with their code.
    private static readonly Dictionary<string, ILookup<string, string>> Classes = Suites.ToDictionary(suite => suite, Read);

    private static readonly List<(string Promise, List<string> Tests, List<string> Where)> Rows = [.. Row().Matches(Table())
        .Select(row => (row.Groups["promise"].Value, Names(row.Groups["tests"].Value), Names(row.Groups["where"].Value)))];

    [Fact]
    public void The_table_has_a_row_for_each_promise()
    {
        Assert.Equal(Table().Split('\n').Count(line => line.StartsWith('|')) - 2, Rows.Count);
        Assert.True(Rows.Count > 40, $"{Rows.Count}");
    }

    [Fact]
    public void No_promise_is_without_a_test() =>
        Offenders.AssertNone(Rows.Where(row => row.Tests.Count == 0 || row.Where.Count == 0).Select(row => row.Promise));

    [Fact]
    public void Each_test_is_in_a_suite_of_its_row() => Offenders.AssertNone(Rows.SelectMany(row => row.Tests
        .Where(test => !row.Where.Exists(suite => IsIn(suite, test)))
        .Select(test => $"{test} is not in {string.Join(", ", row.Where)}")));

    [Fact]
    public void Each_suite_of_a_row_has_one_of_its_tests() => Offenders.AssertNone(Rows.SelectMany(row => row.Where
        .Where(suite => !row.Tests.Exists(test => IsIn(suite, test)))
        .Select(suite => $"{suite} has none of {string.Join(", ", row.Tests)}")));

    private static bool IsIn(string suite, string test)
    {
        var (type, method) = test.Split('.') is [var first, var second] ? (first, second) : (test, null);
        return Classes.TryGetValue(suite, out var classes)
            && classes[type].Any(code => method is null
                ? HasTest().IsMatch(code)
                : Regex.IsMatch(code, $@" (?:void|Task) {method}\(", RegexOptions.None, TimeSpan.FromSeconds(10)));
    }

    private static ILookup<string, string> Read(string suite)
    {
        var folder = Path.Combine(Clone.Root, "tests", suite == "Scenarios" ? suite : $"RsolvDeploy.{suite}");
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .SelectMany(code => Class().Matches(code).Select(type => (type.Groups["name"].Value, Code: code)))
            .ToLookup(one => one.Value, one => one.Code, StringComparer.Ordinal);
    }

    private static string Table() => Page[Page.IndexOf("| promise | test | where |", StringComparison.Ordinal)..Page.IndexOf(
        "## Signers", StringComparison.Ordinal)];

    private static List<string> Names(string cell) => [.. Name().Matches(cell).Select(name => name.Groups["name"].Value)];

    [GeneratedRegex(@"^\| (?<promise>[A-Z`].*) \| (?<tests>[^|]*) \| (?<where>[^|]*) \|\r?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>[A-Z][\w.]+)`", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Name();

    // Its own ones, or those of the scenarios that it runs.
    [GeneratedRegex(@"\[(?:Fact|Theory)\b|: \w+Scenarios\b", RegexOptions.None, 10_000)]
    private static partial Regex HasTest();

    [GeneratedRegex(@"\bclass (?<name>\w+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Class();
}
