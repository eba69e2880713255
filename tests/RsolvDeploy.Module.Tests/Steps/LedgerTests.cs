using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Module.Tests.Programs;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What a run records, and how it is resumed after its process died.</summary>
public class LedgerTests : SandboxedTest
{
    private const string Pipeline = "$target | Test-RsolvEnvironment | Backup-RsolvState -Destination ($folder + '/backups') | "
        + "Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false -Reason 'ticket 9'";

    [Fact]
    public void Every_write_of_a_run_has_an_intent_and_an_outcome()
    {
        var run = Run($"$done = {Pipeline}; Get-RsolvRun $done.RunId").ThrowOnError().Output.Single();
        Assert.Equal(["Completed", "production"], [run.Text("State"), run.Text("TargetName")]);
        var lines = File.ReadLines(Path.Combine(run.Text("Folder"), "ledger.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        var intents = lines.Where(line => (string?)line["event"] == "intent").Select(line => (string?)line["data"]!["what"]).ToList();
        Assert.Equal(lines.Count(line => (string?)line["event"] == "outcome"), intents.Count);
        Assert.Contains(intents, what => what == $"patch deployments {Sandbox.Namespace}/rsolv-platform");
        Assert.Single(intents, what => what!.StartsWith("push ", StringComparison.Ordinal));
        Assert.Equal(2, intents.Count(what => what!.StartsWith("tag ", StringComparison.Ordinal)));
        Assert.Contains(intents, what => what!.EndsWith("/rsolv-history-rsolv-platform", StringComparison.Ordinal));
        Assert.DoesNotContain("sbxsecret", string.Concat(lines.Select(line => line.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public void What_if_leaves_no_ledger()
    {
        var planned = Run("$target | Backup-RsolvState -WhatIf; Start-RsolvDeployment $target -WhatIf").ThrowOnError().Output.Single();
        Assert.Empty(Run($"Get-RsolvRun {planned.Text("RunId")}").ThrowOnErrorBut("RunNotFound").Output);
        var lines = Run(
            "$run = Start-RsolvDeployment $target; $run | Backup-RsolvState -WhatIf | Publish-RsolvImage -WhatIf | "
                + "Update-RsolvDeployment -WhatIf; $run")
            .ThrowOnError().Output[^1];
        Assert.Single(File.ReadLines(Path.Combine(lines.Text("Folder"), "ledger.jsonl")));
    }

    [Fact]
    public async Task A_run_killed_in_its_rollout_is_resumed_and_writes_nothing_twice()
    {
        using var host = HostProgram.Start(
            "-Command",
            $"$folder = '{Sandbox.Folder}'; $target = Get-RsolvTarget production -ConfigurationPath "
                + $"'{Sandbox.ConfigurationPath}'; {Pipeline}");
        await Session.RequestedAsync(request => IsPatch(request.Method, request.Path));
        host.Kill(); // SIGKILL
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lease = Sandbox.Lock();
        var died = Run($"Get-RsolvRun {((string)lease["spec"]!["holderIdentity"]!).Split(' ')[^1]}").ThrowOnError().Output.Single();
        Assert.Equal("Interrupted", died.Text("State"));
        var rollout = Run($"Resume-RsolvDeployment {died.Text("RunId")} -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["Succeeded", died.Text("RunId")], [rollout.Text("Status"), rollout.Text("RunId")]);
        Assert.Single(Sandbox.Requests, request => IsPatch(request.Method, request.Path));
        Assert.Single(Run("Get-RsolvHistory $target").ThrowOnError().Output, release => release.Text("RunId") == died.Text("RunId"));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(Sandbox.Folder, "backups")));
        Assert.Equal("Completed", Run($"Get-RsolvRun {died.Text("RunId")}").ThrowOnError().Output.Single().Text("State"));
    }

    [Fact]
    public void A_step_behind_a_foreign_command_is_neither_reported_as_interrupted_nor_resumed()
    {
        var done = Run(
            "$target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false | Where-Object Status -ne Succeeded | "
                + $"Undo-RsolvDeployment -Confirm:$false; {Runs()}")
            .ThrowOnError().Output
            .Single();
        Assert.Equal("Completed", done.Text("State"));
        Assert.Equal("Rollback: not started", done.Items("Phases")[^1].ToString());

        // The same run as if it had died before its end was written.
        var ledger = Path.Combine(done.Text("Folder"), "ledger.jsonl");
        File.WriteAllLines(ledger, File.ReadAllLines(ledger)[..^1]);
        Assert.Equal("Interrupted", Run($"Get-RsolvRun {done.Text("RunId")}").ThrowOnError().Output.Single().Text("State"));
        Run($"Resume-RsolvDeployment {done.Text("RunId")} -Confirm:$false").ThrowOnErrorBut("RunInDoubt");
        Assert.DoesNotContain(
            Session.Changes,
            change => change.StartsWith("PATCH", StringComparison.Ordinal) && change.Contains("json-patch", StringComparison.Ordinal));
    }

    [Fact]
    public void A_truncated_ledger_is_detected_by_the_history_and_not_resumed()
    {
        var done = Run($"$done = {Pipeline}; Get-RsolvRun $done.RunId -Verify").ThrowOnError().Output.Single();
        Assert.Equal("Completed", done.Text("State"));
        var ledger = Path.Combine(done.Text("Folder"), "ledger.jsonl");
        var lines = File.ReadAllLines(ledger);
        // Just before the deployment was written: the chain is intact, and the run seems to be interrupted.
        File.WriteAllLines(ledger, lines[..Array.FindIndex(lines, line => line.Contains("patch deployments", StringComparison.Ordinal))]);
        var cut = Run($"Get-RsolvRun {done.Text("RunId")}; Get-RsolvRun {done.Text("RunId")} -Verify").ThrowOnError().Output;
        Assert.Equal(["Interrupted", "Tampered"], cut.Select(run => run.Text("State")));
        Assert.Contains("removed at the end", cut[1].Text("Problem"), StringComparison.Ordinal);
        Run($"Resume-RsolvDeployment {done.Text("RunId")} -Confirm:$false").ThrowOnErrorBut("LedgerChanged");
    }

    [Fact]
    public async Task A_resumed_update_rolls_back_to_the_image_before_its_own_write()
    {
        var before = Sandbox.Image();
        Sandbox.Faults.Inject(Fault.ProbeFails, -1);
        using var host = HostProgram.Start(
            "-Command",
            $"Publish-RsolvImage production -ConfigurationPath '{Sandbox.ConfigurationPath}' -Phase bad | Update-RsolvDeployment "
                + "-RollbackOnFailure -Timeout 0:0:2 -Confirm:$false");
        await Session.RequestedAsync(request => IsPatch(request.Method, request.Path));
        host.Kill(); // SIGKILL
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        var died = Run(Runs("-State Interrupted")).ThrowOnError().Output.Single();
        var rollout = Run($"Resume-RsolvDeployment {died.Text("RunId")} -Confirm:$false").Output.Single();
        Assert.Equal("TimedOut", rollout.Text("Status"));
        Assert.Equal([before, before], [rollout.Text("PreviousImage"), rollout.Text("Rollback.Image")]);
    }

    // Other tests have runs of the same target name in the same data directory.
    private static string Runs(string more = "") =>
        $"Get-RsolvRun -TargetName production {more} | Where-Object ConfigurationPath -eq $target.ConfigurationPath";

    private static bool IsPatch(string method, string path) =>
        method == "PATCH"
            && path.Contains("/deployments/rsolv-platform", StringComparison.Ordinal)
            && !path.Contains("dryRun", StringComparison.Ordinal);
}
