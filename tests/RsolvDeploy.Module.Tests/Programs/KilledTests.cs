using System.Globalization;
using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>A killed process leaves no backup that looks complete and is not, and no restore that cannot be completed.</summary>
public sealed class KilledTests : IAsyncLifetime
{
    private const int Objects = 40;
    private const string Older = "production-20260101-000000";
    private const string Newer = "production-20260102-000000";

    // About; a kill after its end is none.
    private const int RequestsOfARollback = 45;

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-killed-").FullName;
    private SandboxedSession _session = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The number of kills of each: a few, or <c>RSOLV_TEST_KILLS</c>.</summary>
    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("RSOLV_TEST_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 2;

    private static string Runs => Path.Combine(Path.GetTempPath(), $"rsolv-tests-{Environment.ProcessId}", "rsolvdeploy", "runs");

    private string Backups => Path.Combine(_folder, "backups");

    public async ValueTask InitializeAsync()
    {
        _session = await SandboxedSession.StartAsync();
        foreach (var name in Names())
            _session.Sandbox.Create(new ConfigMapManifest(name) { Data = { ["value"] = "before" } });
        Directory.CreateDirectory(Backups);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_killed_backup_is_never_reported_as_complete()
    {
        // From its first folder to its last file and the move to its place.
        for (var kill = 0; kill < Kills; kill++)
        {
            var position = 1 + (kill * (Objects + 12) / Math.Max(1, Kills - 1));
            var events = 0;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var files = new FileSystemWatcher(Backups) { IncludeSubdirectories = true };
            files.Created += (_, _) => Count();
            files.Renamed += (_, _) => Count();
            files.EnableRaisingEvents = true;
            await RunAndKillAsync(
                $"Backup-RsolvState production -ConfigurationPath '{_session.Sandbox.ConfigurationPath}' "
                    + $"-Destination '{Backups}' -Confirm:$false",
                reached.Task);

            void Count()
            {
                if (Interlocked.Increment(ref events) == position) reached.TrySetResult();
            }
        }

        // Verified means that every file matches the manifest, so a complete backup is intact.
        var listed = _session.Run($"Get-RsolvBackup $target -Destination '{Backups}' -Verify").ThrowOnError().Output;
        Assert.All(listed, info => Assert.True(
            info.Text("Complete") == "True" ? info.Text("Verified") == "True" : info.Text("Problem").Length > 0,
            $"{info.Text("Path")}: {info.Text("Problem")}"));
        Assert.Contains(listed, info => info.Text("Complete") == "False");
        var whole = Backup();
        Assert.Equal(
            whole,
            _session.Run($"Get-RsolvBackup $target -Destination '{Backups}' -Verify | Where-Object Complete")
                .ThrowOnError().Output[0].Text("Path"));
    }

    [Fact]
    public async Task A_killed_restore_is_completed_by_a_second_run()
    {
        var backup = Backup();
        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var name in Names())
                _session.Sandbox.Change(KindInfo.ConfigMaps, name, map => map["data"]!["value"] = $"changed {kill}");
            var requests = _session.Sandbox.Requests.Count;
            var position = 1 + (kill * (Objects - 1) / Math.Max(1, Kills - 1));
            await RunAndKillAsync(
                $"Restore-RsolvState production -ConfigurationPath '{_session.Sandbox.ConfigurationPath}' -BackupPath '{backup}' -Include "
                    + "'ConfigMap/*' -Confirm:$false",
                PatchedAsync(requests, position));
            Assert.All(Names(), name => Assert.Contains(Value(name), new[] { "before", $"changed {kill}" }));

            var left = Names().Count(name => Value(name) != "before");
            // Without -BreakLock it would wait for the lock of the dead process.
            var again = _session.Run($"Restore-RsolvState $target -BackupPath '{backup}' -Include 'ConfigMap/*' -BreakLock -Confirm:$false")
                .ThrowOnError().Output.Single();
            Assert.Equal("Succeeded", again.Text("Status"));
            Assert.Equal(left, again.Items("Items").Count(item => item.Text("Action") == "Applied"));
            Assert.All(Names(), name => Assert.Equal("before", Value(name)));
        }
    }

    [Fact]
    public async Task A_killed_rollback_is_resumed_and_made_once()
    {
        // Each takes a deployment before it, so that there are fewer of them.
        var kills = Math.Max(1, Kills / 4);
        for (var kill = 0; kill < kills; kill++)
        {
            _session.Run($"Update-RsolvDeployment $target -Image {Newer} -Confirm:$false").ThrowOnError();
            var (newer, requests) = (Image(), _session.Sandbox.Requests.Count);
            _session.ForgetRequests();
            await RunAndKillAsync(
                $"Undo-RsolvDeployment production -ConfigurationPath '{_session.Sandbox.ConfigurationPath}' -ToDigest {Older} "
                    + "-Confirm:$false",
                _session.RequestedAsync(_ => true, requests, 1 + ((kill + 1) * RequestsOfARollback / (kills + 1))));

            var moment = $"kill {kill + 1} of {kills}, image {Image()}";
            foreach (var id in InterruptedRuns())
                _session.Run($"Resume-RsolvDeployment {id} -Confirm:$false").ThrowOnError();
            if (Image() == newer) _session.Run($"Undo-RsolvDeployment $target -ToDigest {Older} -BreakLock -Confirm:$false").ThrowOnError();
            Assert.NotEqual((newer, moment), (Image(), moment));
            Assert.Equal((1, moment), (_session.Changes.Count(IsPatchOfImage), moment));
            Assert.Equal("", (string?)_session.Sandbox.Lock()["spec"]!["holderIdentity"]);
            Assert.Empty(InterruptedRuns());
        }
    }

    // Other tests have runs in the same folder.
    private IReadOnlyList<string> InterruptedRuns() =>
        [.. _session.Run("Get-RsolvRun | Where-Object State -eq Interrupted | ForEach-Object RunId").Output.Select(run => run.ToString())
            .Where(id => File.ReadAllText(Path.Combine(Runs, id, "ledger.jsonl"))
                .Contains(_session.Sandbox.ConfigurationPath, StringComparison.Ordinal))];

    private string Image() => _session.Sandbox.Objects
        .Find(KindInfo.Deployments, _session.Sandbox.Namespace, SandboxSeed.Deployment)!
        ["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>();

    private static bool IsPatchOfImage(string change) =>
        change.StartsWith("PATCH", StringComparison.Ordinal)
            && change.Contains($"/deployments/{SandboxSeed.Deployment}", StringComparison.Ordinal);

    private static IEnumerable<string> Names() => Enumerable.Range(0, Objects).Select(index => $"many-{index:00}");

    private string Value(string name) =>
        _session.Sandbox.Objects.Find(KindInfo.ConfigMaps, _session.Sandbox.Namespace, name)!["data"]!["value"]!.GetValue<string>();

    private Task PatchedAsync(int after, int count) =>
        _session.RequestedAsync(
            request => request.Method == "PATCH" && !request.Path.Contains("dryRun", StringComparison.Ordinal), after, count);

    private string Backup() =>
        _session.Run($"Backup-RsolvState $target -Destination '{Backups}'").ThrowOnError().Output.Single().Text("Path");

    // It may end before it is killed, which is success as well.
    private static async Task RunAndKillAsync(string script, Task reached)
    {
        using var process = HostProgram.Start("-Command", script);
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var errors = process.StandardError.ReadToEndAsync(Ct);
        await Task.WhenAny(reached, process.WaitForExitAsync(Ct));
        Assert.True(
            reached.IsCompletedSuccessfully || process.ExitCode == 0, reached.IsCompletedSuccessfully ? "" : await output + await errors);
        if (!process.HasExited) process.Kill(); // SIGKILL
        await process.WaitForExitAsync(Ct);
    }
}
