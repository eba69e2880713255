using System.Diagnostics;
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
        var (code, output) = await RunAsync(
            $"Import-Module '{pester}' -ErrorAction Stop; $r = Invoke-Pester -Path '{suite}' -PassThru -Output Detailed; "
            + "if ($r.Result -ne 'Passed' -or $r.PassedCount -eq 0) { exit 1 }");
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(code == 0, output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Clone.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "pwsh", "-NoProfile", "-NonInteractive", "-Command", command }) start.ArgumentList.Add(argument);
        start.Environment["XDG_DATA_HOME"] = Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}");
        start.Environment["NO_COLOR"] = "1";
        using var pwsh = Process.Start(start)!;
        var output = pwsh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = pwsh.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await pwsh.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (pwsh.ExitCode, await output + await errors);
    }
}
