using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>Runs the Pester suite in a real PowerShell.</summary>
public class PesterTests
{
    [Fact]
    public async Task The_pester_suite_passes_in_a_real_powershell()
    {
        var suite = Path.Combine(Clone.Root, "tests", "Pester");
        var pester = typeof(PesterTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Pester").Value;
        var (code, output) = await RunAsync(
            $"Import-Module '{pester}' -ErrorAction Stop; $r = Invoke-Pester -Path '{suite}' -PassThru -Output Detailed; if ($r.TotalCount -eq 0) {{ exit 1 }}; exit $r.FailedCount");
        Assert.True(code == 0, output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("pwsh") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-NoProfile", "-NonInteractive", "-Command", command }) start.ArgumentList.Add(argument);
        start.Environment["XDG_DATA_HOME"] = Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}");
        Process? started = null;
        try
        {
            started = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no pwsh on PATH: the Pester suite was not run.");
        }

        using var pwsh = started!;
        var output = pwsh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = pwsh.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await pwsh.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (pwsh.ExitCode, await output + await errors);
    }
}
