using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>What the metrics of some days show, as an operator measures it.</summary>
public class MeasureTests : SandboxedTest
{
    [Fact]
    public async Task Alerts_histograms_and_queries_are_measured_and_shown_in_80_columns()
    {
        await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);
        Sandbox.Services.Monitor.Store.Age(60_000);
        var measured = Run("$target | Measure-RsolvMetrics -Days 0.01").ThrowOnError().Output.Single();
        Assert.Equal("Succeeded", measured.Text("Status"));
        Assert.Equal(9, measured.Items("Alerts").Count);
        Assert.Equal(3, measured.Items("Histograms").Count);
        Assert.Equal(7, measured.Items("Panels").Count);
        Assert.All(measured.Items("Panels"), panel => Assert.True(((TimeSpan)panel.Get("Duration")!) > TimeSpan.Zero));
        Assert.All(measured.Checks().Values, status => Assert.NotEqual("Failed", status));
        // What is absent only before the first scrape does not fire.
        Assert.All(measured.Items("Alerts"), alert => Assert.Equal("0", alert.Text("Fired")));

        var lines = Session.Render("$m = $target | Measure-RsolvMetrics -Days 0.01; "
            + "foreach ($shown in $m, $m.Alerts, $m.Histograms, $m.Panels) { $shown | Out-Default }");
        Assert.All(lines, line => Assert.True(line.Length <= 80, $"'{line}' has {line.Length} columns."));
        Assert.Equal(
            [
                "Status     Target        Alerts Histograms Result",
                "Alert                      Fired  Threshold   Proposed Values",
                "Histogram                             Count Buckets          Result",
                "      ms Panel                      Ref  Query",
            ],
            lines.Where((_, index) => index + 1 < lines.Count && lines[index + 1].TrimStart().StartsWith("--", StringComparison.Ordinal))
                .Select(line => line.TrimEnd()));
        Assert.Empty(Session.Changes);
    }

    [Fact]
    public void A_measurement_belongs_to_its_run_after_the_sign_off_too()
    {
        var outcome = Run("$r = $target | Update-RsolvDeployment -Image production-20260102-000000 -Confirm:$false; "
            + "$null = $r | Complete-RsolvDeployment -Confirm:$false -ErrorAction SilentlyContinue; "
            + "$m = $target | Measure-RsolvMetrics -Days 0.01 -RunId $r.RunId; $r.RunId; $m; Get-RsolvRun $r.RunId").ThrowOnError();
        Assert.Equal(outcome.Output[0].ToString(), outcome.Output[1].Text("RunId"));
        Assert.Contains("Measurement: Succeeded", outcome.Output[2].Items("Phases").Select(phase => phase.ToString()));
    }

    [Fact]
    public void Without_a_proposal_there_is_no_patch_and_no_file()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var outcome = Run($"$target | Measure-RsolvMetrics -Days 0.01 -AsPatch -OutFile '{file}'").ThrowOnError();
        Assert.Empty(outcome.Output);
        Assert.Contains($"No threshold is proposed, so that {file} is not written.", outcome.Warnings);
        Assert.False(File.Exists(file));
    }
}
