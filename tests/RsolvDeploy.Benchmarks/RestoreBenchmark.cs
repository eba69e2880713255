using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Benchmarks;

/// <summary>1,000 changed objects set back, compared and recorded, against <c>kubectl apply --server-side</c> of the same from clear files.</summary>
internal static class RestoreBenchmark
{
    private const int OfEachKind = 500;

    public static async Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var contenders = new List<Candidate>(await OfAsync(await BackupFixture.OnSandboxAsync(OfEachKind)));
        if (await BackupFixture.OnClusterAsync(OfEachKind) is { } real) contenders.AddRange(await OfAsync(real));
        else Console.WriteLine("  (no real cluster: RSOLV_TEST_KUBECONFIG is not set)");
        return contenders;
    }

    private static async Task<Candidate[]> OfAsync(BackupFixture stage)
    {
        var backup = (await BackupBenchmark.BackUpAsync(stage.Target, Path.Combine(stage.Folder, "backups"))).Path!;
        var clear = await InClearAsync(backup, Directory.CreateDirectory(Path.Combine(stage.Folder, "clear")).FullName);
        var round = 0;
        Task Before() => stage.ChangeAsync(OfEachKind, ++round);
        return
        [
            new($"{stage.Where}: kubectl apply --server-side", () => ChildProgram.RunAsync("kubectl", [.. stage.Kubectl, "apply", "--server-side", "--force-conflicts", "--validate=false", "--filename", clear])) { Before = Before },
            new($"{stage.Where}: Restore-RsolvState", async () =>
            {
                using var cluster = ClusterClient.Connect(stage.Target, SilentReporter.Instance);
                using var folder = BackupFolder.Open(backup);
                var plan = await StateRestorer.PlanAsync(cluster, stage.Target, folder, new ObjectFilter([], ["Deployment/*"]), CancellationToken.None);
                using var ledger = RunLedger.Open(new RunFolder(RunId.New(DateTimeOffset.UtcNow), Path.Combine(stage.Folder, "runs")));
                var restored = await StateRestorer.ApplyAsync(cluster, plan, ledger, SilentReporter.Instance, CancellationToken.None);
                if (restored.Items.Count(item => item.Action == RestoreAction.Applied) != 2 * OfEachKind) throw new InvalidOperationException($"The restore was not of every object: {restored.Checks[0].Evidence}");
            }) { Before = Before, Owns = stage },
        ];
    }

    // kubectl opens no sealed files, so it gets all in clear: made-up values of this contest.
    private static async Task<string> InClearAsync(string backup, string clear)
    {
        using var folder = BackupFolder.Open(backup);
        foreach (var item in folder.Manifest.Items.Where(item => item.Kind != "Deployment"))
            await File.WriteAllTextAsync(Path.Combine(clear, $"{item.Kind}-{item.Name}.json"), (await folder.ReadObjectAsync(item, CancellationToken.None)).ToJsonString());
        return clear;
    }
}
