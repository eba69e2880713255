using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Module.Tests.Programs;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What a run leaves behind, and how it is taken up when its process died.</summary>
public class LedgerTests
{
    private const string Pipeline = "$target | Test-RsolvEnvironment | Backup-RsolvState -Destination ($folder + '/backups') | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false -Reason 'ticket 9'";

    [Fact]
    public async Task Every_write_of_a_run_stands_between_its_intent_and_its_outcome()
    {
        await using var with = await SandboxedSession.StartAsync();
        var run = with.Run($"$done = {Pipeline}; Get-RsolvRun $done.RunId").ThrowOnError().Output.Single();
        Assert.Equal(["Completed", "production"], [run.Text("State"), run.Text("TargetName")]);
        var lines = File.ReadLines(Path.Combine(run.Text("Folder"), "ledger.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        var intents = lines.Where(line => (string?)line["event"] == "intent").Select(line => (string?)line["data"]!["what"]).ToList();
        Assert.Equal(lines.Count(line => (string?)line["event"] == "outcome"), intents.Count);
        Assert.Contains(intents, what => what == $"patch deployments {with.Sandbox.Namespace}/rsolv-platform");
        Assert.Single(intents, what => what!.StartsWith("push ", StringComparison.Ordinal));
        Assert.Equal(2, intents.Count(what => what!.StartsWith("tag ", StringComparison.Ordinal)));
        Assert.Contains(intents, what => what!.EndsWith("/rsolv-history-rsolv-platform", StringComparison.Ordinal));
        Assert.DoesNotContain("sbxsecret", string.Concat(lines.Select(line => line.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_if_leaves_no_ledger()
    {
        await using var with = await SandboxedSession.StartAsync();
        var planned = with.Run("$target | Backup-RsolvState -WhatIf; Start-RsolvDeployment $target -WhatIf").ThrowOnError().Output.Single();
        Assert.Empty(with.Run($"Get-RsolvRun {planned.Text("RunId")}").ThrowOnError().Output);
        var lines = with.Run($"$run = Start-RsolvDeployment $target; $run | Backup-RsolvState -WhatIf | Publish-RsolvImage -WhatIf | Update-RsolvDeployment -WhatIf; $run").ThrowOnError().Output[^1];
        Assert.Single(File.ReadLines(Path.Combine(lines.Text("Folder"), "ledger.jsonl")));
    }

    [Fact]
    public async Task A_run_killed_in_its_rollout_is_taken_up_and_writes_nothing_twice()
    {
        await using var with = await SandboxedSession.StartAsync();
        using var host = HostProgram.Start("-Command", $"$folder = '{with.Sandbox.Folder}'; $target = Get-RsolvTarget production -ConfigurationPath '{with.Sandbox.ConfigurationPath}'; {Pipeline}");
        await with.RequestedAsync(request => IsPatch(request.Method, request.Path));
        host.Kill(); // SIGKILL
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lease = with.Sandbox.Objects.Find(KindInfo.All.Single(kind => kind.Kind == "Lease"), with.Sandbox.Namespace, "rsolv-lock-rsolv-platform")!;
        var died = with.Run($"Get-RsolvRun {((string)lease["spec"]!["holderIdentity"]!).Split(' ')[^1]}").ThrowOnError().Output.Single();
        Assert.Equal("Interrupted", died.Text("State"));
        var rollout = with.Run($"Resume-RsolvDeployment {died.Text("RunId")} -Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["Succeeded", died.Text("RunId")], [rollout.Text("Status"), rollout.Text("RunId")]);
        Assert.Single(with.Sandbox.Requests, request => IsPatch(request.Method, request.Path));
        Assert.Single(with.Run("Get-RsolvHistory $target").ThrowOnError().Output, release => release.Text("RunId") == died.Text("RunId"));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(with.Sandbox.Folder, "backups")));
        Assert.Equal("Completed", with.Run($"Get-RsolvRun {died.Text("RunId")}").ThrowOnError().Output.Single().Text("State"));
    }

    [Fact]
    public async Task A_step_behind_somebody_elses_command_is_not_taken_for_interrupted_nor_gone_on_with()
    {
        await using var with = await SandboxedSession.StartAsync();
        var done = with.Run($"$target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false | Where-Object Status -ne Succeeded | Undo-RsolvDeployment -Confirm:$false; {Runs()}").ThrowOnError().Output.Single();
        Assert.Equal("Completed", done.Text("State"));
        Assert.Equal("Rollback: not started", done.Items("Phases")[^1].ToString());

        // The same run as it would be had it died before its end was written.
        var ledger = Path.Combine(done.Text("Folder"), "ledger.jsonl");
        File.WriteAllLines(ledger, File.ReadAllLines(ledger)[..^1]);
        Assert.Equal("Interrupted", with.Run($"Get-RsolvRun {done.Text("RunId")}").ThrowOnError().Output.Single().Text("State"));
        with.Run($"Resume-RsolvDeployment {done.Text("RunId")} -Confirm:$false").ThrowOnErrorBut("RunInDoubt");
        Assert.DoesNotContain(with.Changes, change => change.StartsWith("PATCH", StringComparison.Ordinal) && change.Contains("json-patch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ledger_that_was_cut_is_noticed_by_the_history_and_not_gone_on_with()
    {
        await using var with = await SandboxedSession.StartAsync();
        var done = with.Run($"$done = {Pipeline}; Get-RsolvRun $done.RunId -Verify").ThrowOnError().Output.Single();
        Assert.Equal("Completed", done.Text("State"));
        var ledger = Path.Combine(done.Text("Folder"), "ledger.jsonl");
        var lines = File.ReadAllLines(ledger);
        // Just before the deployment was written: a chain that is whole, and a run that seems to be interrupted.
        File.WriteAllLines(ledger, lines[..Array.FindIndex(lines, line => line.Contains("patch deployments", StringComparison.Ordinal))]);
        var cut = with.Run($"Get-RsolvRun {done.Text("RunId")}; Get-RsolvRun {done.Text("RunId")} -Verify").ThrowOnError().Output;
        Assert.Equal(["Interrupted", "Tampered"], cut.Select(run => run.Text("State")));
        Assert.Contains("cut off", cut[1].Text("Problem"), StringComparison.Ordinal);
        with.Run($"Resume-RsolvDeployment {done.Text("RunId")} -Confirm:$false").ThrowOnErrorBut("LedgerChanged");
    }

    [Fact]
    public async Task An_update_that_was_taken_up_goes_back_to_where_it_was_before_its_own_write()
    {
        await using var with = await SandboxedSession.StartAsync();
        var before = (string?)with.Sandbox.Objects.Find(KindInfo.Deployments, with.Sandbox.Namespace, "rsolv-platform")!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"];
        with.Sandbox.Faults.Order(Sandbox.Faults.Fault.ProbeFails, -1);
        using var host = HostProgram.Start("-Command", $"Publish-RsolvImage production -ConfigurationPath '{with.Sandbox.ConfigurationPath}' -Phase bad | Update-RsolvDeployment -RollbackOnFailure -Timeout 0:0:2 -Confirm:$false");
        await with.RequestedAsync(request => IsPatch(request.Method, request.Path));
        host.Kill(); // SIGKILL
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        var died = with.Run(Runs("-State Interrupted")).ThrowOnError().Output.Single();
        var rollout = with.Run($"Resume-RsolvDeployment {died.Text("RunId")} -Confirm:$false").Output.Single();
        Assert.Equal("TimedOut", rollout.Text("Status"));
        Assert.Equal([before, before], [rollout.Text("PreviousImage"), rollout.Text("Rollback.Image")]);
    }

    // Other tests have runs of a target of that name too, in the same data directory.
    private static string Runs(string more = "") => $"Get-RsolvRun -TargetName production {more} | Where-Object ConfigurationPath -eq $target.ConfigurationPath";

    private static bool IsPatch(string method, string path) =>
        method == "PATCH" && path.Contains("/deployments/rsolv-platform", StringComparison.Ordinal) && !path.Contains("dryRun", StringComparison.Ordinal);
}
