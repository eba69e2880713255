using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>A process that is killed leaves no backup that looks whole and is not, and no restore that cannot be taken up.</summary>
public sealed class KilledTests : IAsyncLifetime
{
    private const int Objects = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-killed-").FullName;
    private SandboxedSession _with = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>At how many instants each is killed: a few, or <c>RSOLV_TEST_KILLS</c>.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("RSOLV_TEST_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 4;

    private string Backups => Path.Combine(_folder, "backups");

    public async ValueTask InitializeAsync()
    {
        _with = await SandboxedSession.StartAsync();
        foreach (var name in Names())
            _with.Sandbox.Objects.Create(KindInfo.ConfigMaps, _with.Sandbox.Namespace, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["data"] = new JsonObject { ["value"] = "before" } });
        Directory.CreateDirectory(Backups);
    }

    public async ValueTask DisposeAsync()
    {
        await _with.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_backup_that_was_killed_is_never_taken_for_a_whole_one()
    {
        // From its first folder to its last file and the move to its place.
        for (var kill = 0; kill < Kills; kill++)
        {
            var instant = 1 + (kill * (Objects + 12) / Math.Max(1, Kills - 1));
            var events = 0;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var files = new FileSystemWatcher(Backups) { IncludeSubdirectories = true };
            files.Created += (_, _) => Count();
            files.Renamed += (_, _) => Count();
            files.EnableRaisingEvents = true;
            await RunAndKillAsync($"Backup-RsolvState production -ConfigurationPath '{_with.Sandbox.ConfigurationPath}' -Destination '{Backups}' -Confirm:$false", reached.Task);

            void Count()
            {
                if (Interlocked.Increment(ref events) == instant) reached.TrySetResult();
            }
        }

        // Verified means that every file was held against the manifest: what is called complete is whole.
        var listed = _with.Run($"Get-RsolvBackup $target -Destination '{Backups}' -Verify").ThrowOnError().Output;
        Assert.All(listed, info => Assert.True(info.Text("Complete") == "True" ? info.Text("Verified") == "True" : info.Text("Problem").Length > 0, $"{info.Text("Path")}: {info.Text("Problem")}"));
        Assert.Contains(listed, info => info.Text("Complete") == "False");
        var whole = Backup();
        Assert.Equal(whole, _with.Run($"Get-RsolvBackup $target -Destination '{Backups}' -Verify | Where-Object Complete").ThrowOnError().Output[0].Text("Path"));
    }

    [Fact]
    public async Task A_restore_that_was_killed_is_taken_up_by_running_it_again()
    {
        var backup = Backup();
        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var name in Names()) _with.Sandbox.Objects.Update(KindInfo.ConfigMaps, _with.Sandbox.Namespace, name, map => With(map, $"changed {kill}"));
            var seen = _with.Sandbox.Requests.Count;
            var instant = 1 + (kill * (Objects - 1) / Math.Max(1, Kills - 1));
            await RunAndKillAsync($"Restore-RsolvState production -ConfigurationPath '{_with.Sandbox.ConfigurationPath}' -BackupPath '{backup}' -Include 'ConfigMap/*' -Confirm:$false", PatchedAsync(seen, instant));
            Assert.All(Names(), name => Assert.Contains(Value(name), new[] { "before", $"changed {kill}" }));

            var left = Names().Count(name => Value(name) != "before");
            // The lock that the dead process left would be waited for.
            var again = _with.Run($"Restore-RsolvState $target -BackupPath '{backup}' -Include 'ConfigMap/*' -BreakLock -Confirm:$false").ThrowOnError().Output.Single();
            Assert.Equal("Succeeded", again.Text("Status"));
            Assert.Equal(left, again.Items("Items").Count(item => item.Text("Action") == "Applied"));
            Assert.All(Names(), name => Assert.Equal("before", Value(name)));
        }
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Objects).Select(index => $"many-{index:00}");

    private static JsonObject With(JsonObject map, string value)
    {
        map["data"]!["value"] = value;
        return map;
    }

    private string Value(string name) => _with.Sandbox.Objects.Find(KindInfo.ConfigMaps, _with.Sandbox.Namespace, name)!["data"]!["value"]!.GetValue<string>();

    private Task PatchedAsync(int after, int count) =>
        _with.RequestedAsync(request => request.Method == "PATCH" && !request.Path.Contains("dryRun", StringComparison.Ordinal), after, count);

    private string Backup() => _with.Run($"Backup-RsolvState $target -Destination '{Backups}'").ThrowOnError().Output.Single().Text("Path");

    // It may end before it is killed: then it was done, which is as good.
    private static async Task RunAndKillAsync(string script, Task reached)
    {
        using var process = HostProgram.Start("-Command", script);
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var errors = process.StandardError.ReadToEndAsync(Ct);
        await Task.WhenAny(reached, process.WaitForExitAsync(Ct));
        Assert.True(reached.IsCompletedSuccessfully || process.ExitCode == 0, reached.IsCompletedSuccessfully ? "" : await output + await errors);
        if (!process.HasExited) process.Kill(); // SIGKILL
        await process.WaitForExitAsync(Ct);
    }
}
