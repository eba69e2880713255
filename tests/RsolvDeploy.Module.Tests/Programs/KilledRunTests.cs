using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>A run that is killed after any line of its ledger is resumed and makes every change exactly once.</summary>
public class KilledRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The number of kills, spread over the lines of the ledger: a few, or <c>RSOLV_TEST_KILLS</c>.</summary>
    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("RSOLV_TEST_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 2;

    private static string Runs => Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}", "rsolvdeploy", "runs");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_change_is_made_exactly_once(bool isChecklist)
    {
        var lines = await RunAsync(isChecklist, killAfter: int.MaxValue);
        for (var kill = 0; kill < Kills; kill++) await RunAsync(isChecklist, 1 + (kill * (lines - 1) / Math.Max(1, Kills - 1)));
    }

    [Fact]
    public Task A_checklist_that_is_killed_in_pwsh_is_resumed_in_pwsh() => RunAsync(isChecklist: true, killAfter: 24, inPwsh: true);

    /// <summary>Runs the whole pipeline, kills it, resumes it, and counts the changes.</summary>
    /// <returns>The number of lines in its ledger.</returns>
    private static async Task<int> RunAsync(bool isChecklist, int killAfter, bool inPwsh = false)
    {
        await using var session = await SandboxedSession.StartAsync();
        await SlowMachine.AllowAsync(session.Sandbox);
        var tagged = session.Sandbox.Services.Images.Pushed.Tagged.Count;
        var id = await StartAndKillAsync(session, Start(session, isChecklist, inPwsh), killAfter);
        var run = session.Run($"Get-RsolvRun {id}").ThrowOnError().Output.Single();
        if (run.Text("State") == "Open")
        {
            Assert.Empty(session.Changes); // it had not started
            return killAfter;
        }

        var moment = $"killed after {killAfter} lines";
        var intended = File.ReadLines(Path.Combine(Runs, id, "ledger.jsonl"))
            .Last()
            .Contains("\"what\":\"migrate ", StringComparison.Ordinal);
        var problem = run.Text("State") == "Interrupted" ? await ResumeAsync(session, id, inPwsh) : "";
        if (intended && problem.Length > 0)
        {
            // A command that was just sent may still run in the pod, so it is not sent again.
            Assert.Contains("The run is not resumed.", problem, StringComparison.Ordinal);
            Assert.InRange(session.Sandbox.Requests.Count(IsMigration), 0, 1);
            return killAfter;
        }

        Assert.Equal(("", moment), (problem, moment));
        Assert.Equal(
            ("Completed", moment), (session.Run($"Get-RsolvRun {id} -Verify").ThrowOnError().Output.Single().Text("State"), moment));
        Assert.Equal((1, moment), (session.Changes.Count(IsPatch), moment));
        Assert.Equal((1, moment), (CompleteBackups(session), moment));
        var tags = session.Sandbox.Services.Images.Pushed.Tagged.Skip(tagged).ToList();
        Assert.Equal((3, 3, moment), (tags.Count, tags.Distinct().Count(), moment));
        Assert.Equal((1, moment), (session.Sandbox.Requests.Count(IsMigration), moment));
        // the history, the release, its schema, its verification, and the sign-off with the first copy of the record
        var writes = session.Changes.Count(change =>
            change.Contains("/configmaps", StringComparison.Ordinal) && !IsSharedRecord(change));
        Assert.Equal((isChecklist ? 6 : 4, moment), (writes, moment));
        var release = session.Run("Get-RsolvHistory $target").ThrowOnError().Output.Single();
        Assert.Equal(
            (id, "True", "20261120090000", moment), (release.Text("RunId"), release.Text("Verified"), release.Text("Schema"), moment));
        Assert.Single(
            session.Changes,
            change => change.StartsWith("POST", StringComparison.Ordinal) && change.Contains("/secrets?", StringComparison.Ordinal));
        if (isChecklist) AssertAnnouncedOnce(session, moment);
        Assert.Equal("", (string?)session.Sandbox.Lock()["spec"]!["holderIdentity"]);
        return File.ReadLines(Path.Combine(Runs, id, "ledger.jsonl")).Count();
    }

    // A kill while a channel takes the message may lose it; it never makes a second one.
    private static void AssertAnnouncedOnce(SandboxedSession session, string moment)
    {
        var folder = Path.Combine(session.Sandbox.Folder, "announcements");
        var kinds = Directory.Exists(folder)
            ? Directory.GetFiles(folder).Select(file => Path.GetFileName(file).Split('-')[2]).Order(StringComparer.Ordinal).ToList()
            : [];
        Assert.Equal((kinds.Distinct().Count(), moment), (kinds.Count, moment));
        Assert.All(kinds, kind => Assert.Contains(kind, (string[])["after", "before"]));
    }

    private static string Pipeline(SandboxedSession session) =>
        $"Get-RsolvTarget production -ConfigurationPath '{session.Sandbox.ConfigurationPath}' | Start-RsolvDeployment -Reason killed"
            + $" | Backup-RsolvState -Destination '{session.Sandbox.Folder}/backups' | Publish-RsolvImage -Phase killed | "
            + "Update-RsolvDeployment -Confirm:$false"
            + " | Invoke-RsolvMigration -Confirm:$false | Test-RsolvMetrics";

    private static string Checklist(SandboxedSession session) =>
        $"Invoke-RsolvDeployment production -ConfigurationPath '{session.Sandbox.ConfigurationPath}' -Reason killed -Phase killed "
            + "-NonInteractive -Confirm:$false";

    private static async Task<string> StartAndKillAsync(SandboxedSession session, Func<Process> start, int killAfter)
    {
        Directory.CreateDirectory(Runs);
        var reached = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        string? id = null;
        using var written = new FileSystemWatcher(Runs, "ledger.jsonl") { IncludeSubdirectories = true };
        written.Created += (_, file) => Read(file.FullPath);
        written.Changed += (_, file) => Read(file.FullPath);
        written.EnableRaisingEvents = true;
        using var process = start();
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var errors = process.StandardError.ReadToEndAsync(Ct);
        await Task.WhenAny(reached.Task, process.WaitForExitAsync(Ct));
        Assert.True(
            reached.Task.IsCompletedSuccessfully || process.ExitCode == 0,
            reached.Task.IsCompletedSuccessfully ? "" : await output + await errors);
        if (!process.HasExited) process.Kill(entireProcessTree: true); // SIGKILL
        await process.WaitForExitAsync(Ct);
        await Task.WhenAll(output, errors); // they end with the last process of the tree, which holds the ledger
        return id!;

        void Read(string path)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var lines = reader.ReadToEnd().Split('\n')[..^1];
            // Other tests have runs of their own.
            if (lines.Length == 0 || (string?)JsonNode.Parse(lines[0])!["data"]!["configuration"] != session.Sandbox.ConfigurationPath)
                return;
            id = Path.GetFileName(Path.GetDirectoryName(path));
            if (lines.Length >= killAfter) reached.TrySetResult(id!);
        }
    }

    private static Func<Process> Start(SandboxedSession session, bool isChecklist, bool inPwsh)
    {
        var command = isChecklist ? Checklist(session) : Pipeline(session);
        return inPwsh
            ? () => RealPowerShell.Start(new Dictionary<string, string>(), "-Command", $"Import-Module ./RsolvDeploy.psd1; {command}")
            : () => HostProgram.Start("-Command", command);
    }

    /// <returns>The errors; empty when there was none.</returns>
    private static async Task<string> ResumeAsync(SandboxedSession session, string id, bool inPwsh)
    {
        var command = $"Resume-RsolvDeployment {id} -NonInteractive -Confirm:$false";
        if (!inPwsh) return string.Join("; ", session.Run(command).Errors);
        var (code, output) = await RealPowerShell.RunAsync(
            new Dictionary<string, string>(),
            "-Command",
            $"$ErrorActionPreference = 'Stop'; Import-Module ./RsolvDeploy.psd1; $null = {command}");
        return code == 0 ? "" : output;
    }

    private static int CompleteBackups(SandboxedSession session) =>
        session
            .Run("Get-RsolvBackup $target -Destination ($folder + '/backups') -Verify | Where-Object Complete")
            .ThrowOnError().Output.Count;

    // The record of the run is written as often as the run has phases; a ConfigMap is created at the address of all.
    private static bool IsSharedRecord(string change) => change.Contains("/configmaps/rsolv-run-", StringComparison.Ordinal);

    private static bool IsPatch(string change) =>
        change.StartsWith("PATCH", StringComparison.Ordinal) && change.Contains("/deployments/rsolv-platform", StringComparison.Ordinal);

    private static bool IsMigration(Sandbox.SandboxRequest request) =>
        request.Path.Contains("/exec?", StringComparison.Ordinal) && request.Path.Contains("Migrator.run", StringComparison.Ordinal);
}
