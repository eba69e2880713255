using System.Text.Json.Nodes;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Reports of runs as an operator makes them: from the pipeline and from the ledger.</summary>
public sealed class ReportTests : SandboxedTest
{
    private const string Deploy = "$target | Test-RsolvEnvironment | Backup-RsolvState | Publish-RsolvImage -Phase report | "
        + "Update-RsolvDeployment -Confirm:$false -Reason 'ticket 18' | Test-RsolvMetrics";

    [Fact]
    public void A_pipeline_ends_with_the_report_of_the_whole_run()
    {
        var file = Run($"{Deploy} | Export-RsolvReport -Format Html, Json, Markdown, JUnit, Sarif -Path ($folder + '/reports')")
            .ThrowOnError().Output;
        Assert.Equal(["Html", "Json", "Markdown", "JUnit", "Sarif"], file.Select(one => one.Text("Format")));
        Assert.All(file, one => Assert.Equal(("production", "Succeeded"), (one.Text("TargetName"), one.Text("Verdict"))));
        var report = JsonNode.Parse(File.ReadAllText(file[1].Text("Path")))!;
        Assert.Equal("Succeeded", (string?)report["verdict"]);
        Assert.Equal(
            ["Preflight", "Backup", "Publish", "Update", "Verification"],
            report["phases"]!.AsArray().Select(phase => (string?)phase!["kind"]));
        Assert.All(report["phases"]!.AsArray(), phase => Assert.True((double?)phase!["duration"] >= 0, phase.ToJsonString()));
        Assert.Equal(file[1].Text("RunId"), (string?)report["runId"]);
        Assert.Equal((string?)report["change"]!["image"], Sandbox.Image());
        Assert.NotEmpty(report["rollout"]!["events"]!.AsArray());
        Assert.NotEmpty(report["rollout"]!["pods"]!.AsArray());
        Assert.Contains(report["measurements"]!.AsArray(), one => one!["before"] is not null && one["after"] is not null);
        foreach (var one in file)
        {
            var text = File.ReadAllText(one.Text("Path"));
            Assert.Contains("alerts.quiet", one.Text("Format") == "Sarif" ? "alerts.quiet" : text, StringComparison.Ordinal);
            Assert.DoesNotContain("sbxsecret", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_ledger_gives_the_same_report_later_and_shows_the_cause_of_a_rollback()
    {
        Sandbox.Faults.Inject(Fault.CrashLoop, -1);
        var rollout = Run(
            "$target | Publish-RsolvImage -Phase bad | Update-RsolvDeployment -RollbackOnFailure -Confirm:$false "
                + "-ErrorAction SilentlyContinue")
            .Of("Rollout");
        var shown = Run($"Get-RsolvRun {rollout.Text("RunId")} | Export-RsolvReport -Format Json -Path ($folder + '/reports')")
            .ThrowOnError().Output.Single();
        Assert.Equal(rollout.Text("Rollback.Status") == "Succeeded" ? "RolledBack" : "Failed", shown.Text("Verdict"));
        var report = JsonNode.Parse(File.ReadAllText(shown.Text("Path")))!;
        Assert.Equal("CrashLoop", (string?)report["rollout"]!["diagnosis"]!["cause"]);
        Assert.NotNull(report["rollback"]);
        Assert.Contains("CrashLoop", (string?)report["headline"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_results_of_one_run_are_one_report_and_nothing_is_written_for_a_preview()
    {
        var files = Run(
            "$null = $target | Test-RsolvEnvironment -OutVariable e; $null = $e[0] | Backup-RsolvState -OutVariable b; "
                + "$e + $b | Export-RsolvReport -Path ($folder + '/reports') -WhatIf; "
                + "$e + $b | Export-RsolvReport -Path ($folder + '/reports')").ThrowOnError().Output;
        Assert.Equal(Assert.Single(files).Text("Path"), Assert.Single(Directory.GetFiles(Path.Combine(Sandbox.Folder, "reports"))));
        Assert.Contains(Interface.Lines, line => line.Contains("Write the Html report of run", StringComparison.Ordinal));
    }

    // As it comes from a job or a file of another machine, where no ledger holds the run.
    [Fact]
    public void A_deserialized_result_is_reported_without_its_ledger()
    {
        const string Travel = "[System.Management.Automation.PSSerializer]::Deserialize("
            + "[System.Management.Automation.PSSerializer]::Serialize($r))";
        var file = Run(
            $"$r = $target | Test-RsolvMetrics; $copy = {Travel}; $copy | Export-RsolvReport -Format Json -Path ($folder + '/travelled'); "
                + "Export-RsolvReport -InputObject $copy -Format Json -Path ($folder + '/named')").ThrowOnError().Output;
        Assert.Equal(["Succeeded", "Succeeded"], file.Select(one => one.Text("Verdict")));
        var report = JsonNode.Parse(File.ReadAllText(file[0].Text("Path")))!;
        Assert.Equal("Verification", (string?)Assert.Single(report["phases"]!.AsArray())!["kind"]);
        Assert.NotEmpty(report["phases"]![0]!["checks"]!.AsArray());
        Run("$r = $target | Test-RsolvMetrics; $c = [pscustomobject]@{ SchemaId = 'rsolv.dev/v1/Verification'; RunId = $r.RunId }; "
            + "$c | Export-RsolvReport -Path ($folder + '/cut')").ThrowOnErrorBut("ResultUnreadable");
        Run("42 | Export-RsolvReport -Path ($folder + '/none')").ThrowOnErrorBut("RunMissing");
        Assert.Equal("Incomplete", Run("(Start-RsolvDeployment $target).RunId | Export-RsolvReport -Path ($folder + '/id')")
            .ThrowOnError().Output.Single().Text("Verdict"));
    }

    [Fact]
    public void An_unknown_run_is_an_error_and_the_others_are_reported()
    {
        var outcome = Run(
            "$run = Start-RsolvDeployment $target; '20200101-000000-000000', $run.RunId | "
                + "ForEach-Object { [pscustomobject]@{ RunId = $_ } } | Export-RsolvReport -Path ($folder + '/reports')");
        outcome.ThrowOnErrorBut("RunNotFound");
        Assert.Equal("Incomplete", outcome.Output.Single().Text("Verdict"));
        Run("$run | Out-Null; Export-RsolvReport (Get-RsolvRun)[0].RunId -Path ($folder + '/again') -TemplatePath ($folder + '/none')")
            .ThrowOnErrorBut("TemplateFolderNotFound");
    }

    [Fact]
    public void A_report_is_a_row_of_80_columns()
    {
        var lines = Session.Render("Start-RsolvDeployment $target | Export-RsolvReport -Format Json -Path ($folder + '/r') | Out-Default");
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains(lines, line => line.TrimEnd() == "Verdict     Format        kB Path");
        Assert.Contains(lines, line => line.StartsWith("Incomplete  Json", StringComparison.Ordinal));
    }
}
