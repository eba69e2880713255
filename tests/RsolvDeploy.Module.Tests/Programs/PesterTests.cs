using System.Reflection;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>Runs the Pester suite in the PowerShell of the tool manifest.</summary>
public class PesterTests
{
    [Fact]
    public async Task The_pester_suite_passes_in_a_real_powershell()
    {
        var suite = Path.Combine(Clone.Root, "tests", "Pester");
        var pester = typeof(PesterTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Pester").Value;
        var (code, output) = await RealPowerShell.RunAsync(
            new Dictionary<string, string>(),
            "-Command",
            $"Import-Module '{pester}' -ErrorAction Stop; $r = Invoke-Pester -Path '{suite}' -PassThru -Output Detailed; "
            + "if ($r.Result -ne 'Passed' -or $r.PassedCount -eq 0) { exit 1 }");
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(code == 0, output);
    }
}
