using System.Text.RegularExpressions;
using RsolvDeploy.Core.Tests.Security;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>docs/faults.md names a test for each fault, and every fault that can be injected.</summary>
public sealed partial class FaultTableTests
{
    private const int FewestFaults = 60;

    // Held where queries are judged: series without the label are no series of the environment.
    private static readonly Fault[] OfOthers = [Fault.MissingLabel];

    private static readonly string Table = File.ReadAllText(Path.Combine(Clone.Root, "docs", "faults.md"));

    [Fact]
    public void Each_fault_has_a_test_that_exists_and_none_lost_or_claimed_anything()
    {
        var rows = Row().Matches(Table);
        Assert.InRange(rows.Count, FewestFaults, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => $"{number}"), rows.Select(row => row.Groups["number"].Value));
        var tests = Directory.EnumerateFiles(Path.Combine(Clone.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);
        Assert.All(rows, row =>
        {
            Assert.Equal(("0", "0"), (row.Groups["lost"].Value, row.Groups["claimed"].Value));
            Assert.Contains(
                tests[row.Groups["class"].Value], code => code.Contains($" {row.Groups["method"].Value}(", StringComparison.Ordinal));
        });
    }

    // The classes whose every run is compared with the state before and after; the others assert by themselves what their rows claim.
    [Fact]
    public void The_note_says_how_many_rows_the_shared_assertion_holds()
    {
        var folder = Path.Combine(Clone.Root, "tests", "RsolvDeploy.Module.Tests");
        var classes = Directory.EnumerateFiles(folder, "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => Shared().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .ToHashSet(StringComparer.Ordinal);
        var rows = Row().Matches(Table);
        var held = rows.Count(row => classes.Contains(row.Groups["class"].Value));
        Assert.Contains($"holds the zeros of {held} of the {rows.Count} rows", Table.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_fault_that_can_be_injected_is_in_the_table()
    {
        Assert.All(Enum.GetValues<Fault>().Except(OfOthers), fault => Assert.Contains($"`{fault}`", Table, StringComparison.Ordinal));
        Assert.All(
            HostileServer.Behaviours.Keys.Concat(HostileServer.Stalls.Keys),
            behaviour => Assert.Contains($"services: {behaviour} |", Table, StringComparison.Ordinal));
    }

    [GeneratedRegex(@": SandboxedTest|: EnvironmentTest|SandboxedSession|HostileSessions", RegexOptions.None, 1000)]
    private static partial Regex Shared();

    [GeneratedRegex(
        @"^\| (?<number>\d+) \|.*\| (?<lost>\d+) \| (?<claimed>\d+) \| `(?<class>\w+)\.(?<method>\w+)` \|$", RegexOptions.Multiline, 1000)]
    private static partial Regex Row();
}
