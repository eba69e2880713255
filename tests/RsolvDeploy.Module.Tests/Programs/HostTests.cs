using System.Diagnostics;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>The host and the examples, as a new user runs them.</summary>
public class HostTests
{
    [Fact]
    public async Task The_rehearsal_ends_with_every_check_and_exit_code_0()
    {
        var (code, output) = await RunAsync("-File", Path.Combine(Clone.Root, "examples", "rehearsal.ps1"));
        Assert.True(code == 0, output);
        Assert.Matches(@"Status +Id +Evidence", output);
        Assert.Contains("Passed   environment.cluster", output, StringComparison.Ordinal);
        Assert.Contains("rollout.completed", output, StringComparison.Ordinal);
        Assert.Contains("Passed   health.tls", output, StringComparison.Ordinal);
        Assert.Contains("CrashLoop", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", output, StringComparison.Ordinal);
        var shown = output.Split('\n').Single(line => line.StartsWith("Shown: ", StringComparison.Ordinal))[7..]
            .Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(100, Checklist.Length);
        Assert.DoesNotContain(Checklist, id => !shown.Any(one => one == id || (!Checklist.Contains(one) && IsOf(id, one))));
    }

    private static readonly string[] Checklist = File.ReadAllLines(
        Path.Combine(Clone.Root, "tests", "RsolvDeploy.Core.Tests", "Checks", "checklist-ids.txt"));

    // <name> and <KEY> stand for configured names.
    private static bool IsOf(string id, string shown) =>
        id.IndexOf('<', StringComparison.Ordinal) is var at and >= 0 && shown.StartsWith(id[..at], StringComparison.Ordinal);

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("'fine'", 0)]
    [InlineData("throw 'not fine'", 1)]
    public async Task A_command_returns_its_exit_code(string command, int expected)
    {
        var (code, output) = await RunAsync("-Command", command);
        Assert.True(code == expected, output);
    }

    [Fact]
    public async Task A_missing_script_is_reported()
    {
        var (code, output) = await RunAsync("-File", "nowhere.ps1");
        Assert.Equal(66, code);
        Assert.Contains("nowhere.ps1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_ends_with_its_session()
    {
        var (code, output) = await RunAsync("-Command", "(Start-RsolvSandbox).ProcessId");
        Assert.True(code == 0, output);
        var id = int.Parse(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1],
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var process = HostProgram.Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
