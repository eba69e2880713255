using System.Reflection;
using System.Xml.Linq;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>The verification suite that ships with the module, and a team's own checks beside it, in a real PowerShell.</summary>
public sealed class VerificationSuiteTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rsolv-suite-");

    private static string Pester { get; } = typeof(VerificationSuiteTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(one => one.Key == "Pester").Value!;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_check_is_a_test_with_its_id_in_the_report()
    {
        var cases = await RunAsync("module/verification", "");
        Assert.Equal("Success", cases.Single(one => one.Key.StartsWith("health.status: ", StringComparison.Ordinal)).Value);
        Assert.Contains(cases.Keys, name => name.StartsWith("alerts.quiet: ", StringComparison.Ordinal));
        Assert.DoesNotContain("Failure", cases.Values);
    }

    [Fact]
    public async Task A_check_that_failed_fails_its_test_alone()
    {
        var cases = await RunAsync("module/verification", "-Fault AlertFiring");
        Assert.Equal("alerts.quiet", cases.Single(one => one.Value == "Failure").Key.Split(':')[0]);
    }

    [Fact]
    public async Task The_checks_of_a_team_compare_numbers()
    {
        var cases = await RunAsync("examples/team.Tests.ps1", "");
        Assert.Equal(["Success", "Success"], cases.Values);
    }

    /// <summary>Runs a suite against a sandbox of its own.</summary>
    /// <returns>The results of the NUnit report by the names of the tests.</returns>
    private async Task<Dictionary<string, string>> RunAsync(string suite, string fault)
    {
        var report = Path.Combine(_folder.FullName, "report.xml");
        var (_, output) = await RealPowerShell.RunAsync(
            new Dictionary<string, string>(),
            "-Command",
            $$"""
            Import-Module '{{Pester}}', ./RsolvDeploy.psd1 -ErrorAction Stop
            $sandbox = Start-RsolvSandbox {{fault}}
            $data = @{ Target = 'production'; ConfigurationPath = $sandbox.ConfigurationPath }
            Invoke-Pester -Configuration @{
                Run = @{ Container = New-PesterContainer -Path './{{suite}}' -Data $data }
                TestResult = @{ Enabled = $true; OutputPath = '{{report}}' }
            }
            Stop-RsolvSandbox
            """);
        Assert.True(File.Exists(report), output);
        return XDocument.Load(report).Descendants("test-case").ToDictionary(
            one => one.Attribute("description")!.Value, one => one.Attribute("result")!.Value);
    }
}
