using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Targets and runs are named by the wildcards that PowerShell has.</summary>
public class WildcardTests : SandboxedTest
{
    private const string Here = " -ConfigurationPath $target.ConfigurationPath";

    [Fact]
    public void Brackets_name_targets()
    {
        Assert.Equal(["production"], Texts("Get-RsolvTarget [op]roduction" + Here, "Name"));
        Assert.Equal(["production", "staging"], Texts("Get-RsolvTarget [p-s]*" + Here, "Name"));
        Assert.Empty(Texts("Get-RsolvTarget [a-c]*" + Here, "Name"));
        Assert.Equal("production", Run("Get-RsolvDeployment [op]rod*" + Here).ThrowOnError().Output.Single().Text("Target.Name"));
        Run("Get-RsolvDeployment [a-c]*" + Here).ThrowOnErrorBut("TargetNotFound");
    }

    [Fact]
    public void Brackets_name_runs_and_the_targets_of_runs()
    {
        var run = Run("($target | Backup-RsolvState).RunId").ThrowOnError().Output.Single().ToString()!;
        var pattern = $"{run[..^1]}[{run[^1]}]";
        Assert.Equal([run], Texts($"Get-RsolvRun {pattern}", "RunId"));
        Assert.Equal([run], Texts($"Get-RsolvRun {pattern} -TargetName [op]roduction", "RunId"));
        Assert.Empty(Texts($"Get-RsolvRun {pattern} -TargetName [a-c]*", "RunId"));
    }

    private IReadOnlyList<string> Texts(string script, string property) =>
        [.. Run(script).ThrowOnError().Output.Select(item => item.Text(property))];
}
