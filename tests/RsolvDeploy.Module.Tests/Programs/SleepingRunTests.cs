using System.Diagnostics;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>A process that was stopped until its lock expired does not write any more.</summary>
public class SleepingRunTests : SandboxedTest
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restore_that_slept_writes_nothing_more_when_another_run_has_taken_over()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no signal that stops a process.");
        for (var number = 0; number < 40; number++)
            Sandbox.Create(new ConfigMapManifest($"many-{number:00}") { Data = { ["value"] = "before" } });
        var backup = Run("$target | Backup-RsolvState -Destination ($folder + '/backups')").ThrowOnError().Output.Single().Text("Path");
        for (var number = 0; number < 40; number++)
            Sandbox.Change(KindInfo.ConfigMaps, $"many-{number:00}", map => map["data"]!["value"] = "after");

        using var asleep = HostProgram.Start(
            "-Command",
            $"Restore-RsolvState production -ConfigurationPath '{Sandbox.ConfigurationPath}' -BackupPath '{backup}' -Include "
                + "'ConfigMap/*' -Confirm:$false");
        var errors = ReadAsync(asleep);
        await Session.RequestedAsync(IsApply);
        await SignalAsync("-STOP", asleep);
        TakeOver();
        var before = Sandbox.Requests.Count(IsApply);
        await SignalAsync("-CONT", asleep);
        await asleep.WaitForExitAsync(Ct);
        Assert.Contains("was lost", await errors, StringComparison.Ordinal);
        // Requests sent before the stop may arrive; none is sent after it.
        Assert.InRange(Sandbox.Requests.Count(IsApply) - before, 0, 8);
        Assert.Contains(Enumerable.Range(0, 40), number =>
            (string?)Sandbox.Objects.Find(KindInfo.ConfigMaps, Sandbox.Namespace, $"many-{number:00}")!["data"]!["value"] == "after");
        var run = Run("Get-RsolvRun -TargetName production -State Failed | Where-Object ConfigurationPath -eq $target.ConfigurationPath")
            .ThrowOnError().Output
            .Single();
        Assert.Equal("Restore: Failed", run.Items("Phases").Single().ToString());
    }

    [Fact]
    public async Task A_migration_reports_that_it_lost_its_lock_although_it_ran()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no signal that stops a process.");
        Sandbox.Faults.Inject(Fault.MigrationHangs);
        using var asleep = HostProgram.Start(
            "-Command",
            $"Invoke-RsolvMigration production -ConfigurationPath '{Sandbox.ConfigurationPath}' -Timeout 0:0:3 -Confirm:$false");
        var errors = ReadAsync(asleep);
        await Session.RequestedAsync(request =>
            request.Path.Contains("/exec?", StringComparison.Ordinal) && request.Path.Contains("Migrator.run", StringComparison.Ordinal));
        await SignalAsync("-STOP", asleep);
        TakeOver();
        await SignalAsync("-CONT", asleep);
        await asleep.WaitForExitAsync(Ct);
        Assert.Contains("lock", await errors, StringComparison.Ordinal);
        Assert.Contains("was lost", await errors, StringComparison.Ordinal);
    }

    // The other run is a whole command, in this process. It takes the lock at once: to see it expire takes 35 s (DeploymentLockTests).
    private void TakeOver()
    {
        var image = Run("(Publish-RsolvImage $target -Phase other).Reference").ThrowOnError().Output.Single().ToString();
        Assert.Equal(
            "Succeeded",
            Run($"Update-RsolvDeployment $target -Image {image} -BreakLock -Confirm:$false").ThrowOnError().Output.Single().Text("Status"));
    }

    private static bool IsApply(SandboxRequest request) => request.Method == "PATCH"
        && request.Path.Contains("/configmaps/many-", StringComparison.Ordinal)
        && !request.Path.Contains("dryRun", StringComparison.Ordinal);

    private static async Task<string> ReadAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        return await output + await errors;
    }

    private static async Task SignalAsync(string signal, Process process)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Ct);
        Assert.Equal(0, kill.ExitCode);
    }
}
