using System.Diagnostics;
using RsolvDeploy.Errors;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Core.Tests.Programs;

/// <summary>How programs are started and ended, by programs that every Unix has.</summary>
public sealed class ChildProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-programs-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Arguments_arrive_as_they_are_and_no_shell_reads_them()
    {
        SkipOnWindows();
        var result = await RunAsync("printf", ["%s|", "a b", "$HOME", "'\"`;", ""]);
        Assert.Equal(new ProcessResult(0, "a b|$HOME|'\"`;||", ""), result);
    }

    [Fact]
    public async Task Exit_code_and_both_outputs_are_returned()
    {
        SkipOnWindows();
        var result = await RunAsync("sh", ["-c", "echo out; echo one >&2; echo two >&2; exit 7"]);
        Assert.Equal(new ProcessResult(7, "out\n", "one\ntwo\n"), result);
        Assert.Equal("two", result.LastError);
        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task A_program_without_input_sees_its_end()
    {
        SkipOnWindows();
        Assert.Equal("", (await RunAsync("cat", [])).Output);
    }

    [Fact]
    public async Task Input_larger_than_a_pipe_comes_back_whole()
    {
        SkipOnWindows();
        var input = new string('x', 1024 * 1024);
        Assert.Equal(input, (await ChildProcess.RunAsync(new ProgramStart("cat", []) { Input = input }, TimeProvider.System, Ct)).Output);
    }

    [Fact]
    public async Task Input_that_is_not_read_is_no_error()
    {
        SkipOnWindows();
        var start = new ProgramStart("sh", ["-c", "exec <&-; exit 3"]) { Input = new string('x', 1024 * 1024) };
        Assert.Equal(3, (await ChildProcess.RunAsync(start, TimeProvider.System, Ct)).ExitCode);
    }

    [Fact]
    public async Task Variables_are_set_removed_and_offered()
    {
        SkipOnWindows();
        var start = new ProgramStart("sh", ["-c", "echo ${RSOLV_A-unset} ${HOME-unset} ${RSOLV_B-unset} $PATH"])
        {
            Variables = new Dictionary<string, string?> { ["RSOLV_A"] = "set", ["HOME"] = null },
            DefaultVariables = new Dictionary<string, string> { ["RSOLV_B"] = "default", ["PATH"] = "/nowhere" },
        };
        var result = await ChildProcess.RunAsync(start, TimeProvider.System, Ct);
        Assert.Equal($"set unset default {Environment.GetEnvironmentVariable("PATH")}\n", result.Output);
    }

    [Fact]
    public async Task Lines_of_standard_error_are_handed_on_as_they_come()
    {
        SkipOnWindows();
        var lines = new List<string>();
        var start = new ProgramStart("sh", ["-c", "printf 'one\\r\\n\\nthree' >&2"]) { ErrorLine = lines.Add };
        await ChildProcess.RunAsync(start, TimeProvider.System, Ct);
        Assert.Equal(["one", "", "three"], lines);
    }

    [Fact]
    public async Task A_program_over_its_limit_is_killed_with_what_it_started()
    {
        SkipOnWindows();
        var start = Sleeper() with { Limit = TimeSpan.FromSeconds(1) };
        var error = await Assert.ThrowsAsync<TimeoutException>(() => ChildProcess.RunAsync(start, TimeProvider.System, Ct));
        Assert.Equal("sh did not end within 1 s.", error.Message);
        await StartedProgram.AssertEndedAsync(PidFile);
    }

    [Fact]
    public async Task A_cancelled_program_is_killed_with_what_it_started()
    {
        SkipOnWindows();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var run = ChildProcess.RunAsync(Sleeper() with { Limit = TimeSpan.FromMinutes(1) }, TimeProvider.System, cancel.Token);
        await StartedProgram.WaitForStartAsync(PidFile);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await StartedProgram.AssertEndedAsync(PidFile);
    }

    // An empty entry is the current folder.
    [Fact]
    public async Task What_a_program_starts_in_turn_is_not_searched_in_its_folder()
    {
        SkipOnWindows();
        var trap = Path.Combine(_folder, "rsolv-trap");
        File.WriteAllText(trap, "#!/bin/sh\necho trapped\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(trap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var relative in new[] { ".", "", "bin/.." })
        {
            var start = new ProgramStart("sh", ["-c", "rsolv-trap"])
            {
                Folder = _folder,
                Variables = new Dictionary<string, string?> { ["PATH"] = $"{relative}:{Environment.GetEnvironmentVariable("PATH")}" },
            };
            var run = await ChildProcess.RunAsync(start, TimeProvider.System, Ct);
            Assert.Equal((127, ""), (run.ExitCode, run.Output));
        }
    }

    [Fact]
    public async Task Output_without_end_is_refused()
    {
        SkipOnWindows();
        var start = new ProgramStart("yes", []) { LongestOutput = 1024 * 1024 };
        var error = await Assert.ThrowsAsync<DeployException>(() => ChildProcess.RunAsync(start, TimeProvider.System, Ct));
        Assert.Equal("ProgramOutputTooLong", error.Id);
    }

    [Fact]
    public async Task Standard_error_without_end_keeps_its_last_lines()
    {
        SkipOnWindows();
        var result = await RunAsync("sh", ["-c", "yes | head -c 1000000 >&2; echo last >&2"]);
        Assert.InRange(result.StandardError.Length, 1, 200_000);
        Assert.Equal("last", result.LastError);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<ProgramStartException>(() => RunAsync("rsolv-no-such-program", []));
        Assert.Equal("rsolv-no-such-program cannot be started: it is not on the PATH.", error.Message);
    }

    [Fact]
    public void A_running_program_ends_when_its_input_is_closed()
    {
        SkipOnWindows();
        var process = ChildProcess.Start(new ProgramStart("cat", []));
        var id = process.Id;
        process.Stop(TimeSpan.FromMinutes(1));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
        process.Dispose();
    }

    private string PidFile => Path.Combine(_folder, "pid");

    private static Task<ProcessResult> RunAsync(string program, IReadOnlyList<string> arguments) =>
        ChildProcess.RunAsync(new ProgramStart(program, arguments), TimeProvider.System, Ct);

    // A program that starts another one; the inner one holds the output open.
    private ProgramStart Sleeper() => new("sh", ["-c", "sleep 600 & echo $! > pid; wait"]) { Folder = _folder };

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are those of Unix.");
}
