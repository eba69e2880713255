using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The figures of DORA, as an operator reads them.</summary>
public class DeliveryTests : SandboxedTest
{
    [Fact]
    public void A_good_and_a_rolled_back_release_are_counted_and_shown_in_80_columns()
    {
        var outcome = Run("$null = $target | Publish-RsolvImage -Phase good | Update-RsolvDeployment -Confirm:$false; "
            + "$null = $target | Publish-RsolvImage -Phase broken -ContextPath ($folder + '/app-broken') | "
            + "Update-RsolvDeployment -Confirm:$false -RollbackOnFailure -ErrorAction SilentlyContinue; "
            + "$target | Measure-RsolvDeployment; Get-RsolvHistory $target");
        var figures = outcome.Output[0];
        Assert.Equal(
            ["2", "1", "0.5", "1", "False"],
            new[] { "Deployments", "Failed", "ChangeFailureRate", "Restored", "IsCut" }.Select(figures.Text));
        Assert.Equal(1 / 30.0, (double)figures.Get("PerDay")!, 6);
        Assert.Empty(outcome.Errors);

        var lines = Session.Render("$target | Measure-RsolvDeployment -Days 7");
        Assert.All(lines, line => Assert.True(line.Length <= 80, $"'{line}' has {line.Length} columns."));
        Assert.Contains("Target         Deployments             Lead time       Failed  Restored in", lines.Select(line => line.TrimEnd()));
        Assert.Contains(lines, line => line.Contains("2, 0.14 a day", StringComparison.Ordinal));
    }
}
