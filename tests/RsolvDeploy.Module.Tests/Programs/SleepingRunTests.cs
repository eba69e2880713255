using System.Diagnostics;
using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>A process that was stopped for longer than its lock lives wakes up to find that it may not write any more.</summary>
public class SleepingRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restore_that_slept_writes_nothing_more_when_another_run_has_taken_over()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Processes are not stopped by a signal there.");
        await using var with = await SandboxedSession.StartAsync();
        for (var number = 0; number < 40; number++)
            with.Sandbox.Objects.Create(KindInfo.ConfigMaps, with.Sandbox.Namespace, new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"many-{number:00}" }, ["data"] = new JsonObject { ["value"] = "before" } });
        var backup = with.Run("$target | Backup-RsolvState -Destination ($folder + '/backups')").ThrowOnError().Output.Single().Text("Path");
        for (var number = 0; number < 40; number++)
            with.Sandbox.Objects.Update(KindInfo.ConfigMaps, with.Sandbox.Namespace, $"many-{number:00}", map => { map["data"]!["value"] = "after"; return map; });

        using var asleep = HostProgram.Start("-Command", $"Restore-RsolvState production -ConfigurationPath '{with.Sandbox.ConfigurationPath}' -BackupPath '{backup}' -Include 'ConfigMap/*' -Confirm:$false");
        var errors = ReadAsync(asleep);
        await with.RequestedAsync(IsApply);
        await SignalAsync("-STOP", asleep);
        TakeOver(with);
        var before = with.Sandbox.Requests.Count(IsApply);
        await SignalAsync("-CONT", asleep);
        await asleep.WaitForExitAsync(Ct);
        Assert.Contains("was lost", await errors, StringComparison.Ordinal);
        // What had been sent before it was stopped may have arrived; nothing that was to come was sent.
        Assert.InRange(with.Sandbox.Requests.Count(IsApply) - before, 0, 8);
        Assert.Contains(Enumerable.Range(0, 40), number => (string?)with.Sandbox.Objects.Find(KindInfo.ConfigMaps, with.Sandbox.Namespace, $"many-{number:00}")!["data"]!["value"] == "after");
        var run = with.Run("Get-RsolvRun -TargetName production -State Failed | Where-Object ConfigurationPath -eq $target.ConfigurationPath").ThrowOnError().Output.Single();
        Assert.Equal("Restore: Failed", run.Items("Phases").Single().ToString());
    }

    [Fact]
    public async Task A_migration_whose_lock_was_lost_says_so_although_it_ran()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Processes are not stopped by a signal there.");
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.MigrationHangs);
        using var asleep = HostProgram.Start("-Command", $"Invoke-RsolvMigration production -ConfigurationPath '{with.Sandbox.ConfigurationPath}' -Timeout 0:0:3 -Confirm:$false");
        var errors = ReadAsync(asleep);
        await with.RequestedAsync(request => request.Path.Contains("/exec?", StringComparison.Ordinal) && request.Path.Contains("Migrator.run", StringComparison.Ordinal));
        await SignalAsync("-STOP", asleep);
        TakeOver(with);
        await SignalAsync("-CONT", asleep);
        await asleep.WaitForExitAsync(Ct);
        Assert.Contains("lock", await errors, StringComparison.Ordinal);
        Assert.Contains("was lost", await errors, StringComparison.Ordinal);
    }

    // The lock of a process that is stopped expires; the other run is a whole command, in this process.
    private static void TakeOver(SandboxedSession with)
    {
        var lease = KindInfo.All.Single(kind => kind.Kind == "Lease");
        with.Sandbox.Objects.Update(lease, with.Sandbox.Namespace, "rsolv-lock-rsolv-platform", one =>
        {
            one["spec"]!["renewTime"] = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
            return one;
        });
        var image = with.Run("(Publish-RsolvImage $target -Phase other).Reference").ThrowOnError().Output.Single().ToString();
        Assert.Equal("Succeeded", with.Run($"Update-RsolvDeployment $target -Image {image} -Confirm:$false").ThrowOnError().Output.Single().Text("Status"));
    }

    private static bool IsApply(SandboxRequest request) => request.Method == "PATCH" && request.Path.Contains("/configmaps/many-", StringComparison.Ordinal) && !request.Path.Contains("dryRun", StringComparison.Ordinal);

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
