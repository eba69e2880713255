using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// Restores 1,000 changed objects, with comparison and records, against <c>kubectl apply --server-side</c> of the same unencrypted files.
/// </summary>
internal static class RestoreBenchmark
{
    private const int OfEachKind = 500;

    public static async Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var candidates = new List<Candidate>(await PrepareAsync(await BackupFixture.OnSandboxAsync(OfEachKind)));
        if (await BackupFixture.OnClusterAsync(OfEachKind) is { } real) candidates.AddRange(await PrepareAsync(real));
        else Console.WriteLine("  (no real cluster: RSOLV_TEST_KUBECONFIG is not set)");
        return candidates;
    }

    private static async Task<Candidate[]> PrepareAsync(BackupFixture fixture)
    {
        var backup = (await BackupBenchmark.BackUpAsync(fixture.Target, Path.Combine(fixture.Folder, "backups"))).Path!;
        var clear = await DecryptAsync(backup, Directory.CreateDirectory(Path.Combine(fixture.Folder, "clear")).FullName);
        var round = 0;
        Task Before() => fixture.ChangeAsync(OfEachKind, ++round);
        return
        [
            new($"{fixture.Where}: kubectl apply --server-side", () => ChildProgram.RunAsync(
                "kubectl", [.. fixture.Kubectl, "apply", "--server-side", "--force-conflicts", "--validate=false", "--filename", clear]))
            {
                Before = Before,
            },
            new($"{fixture.Where}: Restore-RsolvState", async () =>
            {
                using var cluster = ClusterClient.Connect(fixture.Target, SilentReporter.Instance);
                using var folder = BackupFolder.Open(backup);
                var plan = await StateRestorer.PlanAsync(
                    cluster, fixture.Target, folder, new ObjectFilter([], ["Deployment/*"]), CancellationToken.None);
                using var ledger = RunLedger.Open(new RunFolder(RunId.New(DateTimeOffset.UtcNow), Path.Combine(fixture.Folder, "runs")));
                var restored = await StateRestorer.ApplyAsync(cluster, plan, ledger, SilentReporter.Instance, CancellationToken.None);
                if (restored.Items.Count(item => item.Action == RestoreAction.Applied) != 2 * OfEachKind)
                    throw new InvalidOperationException($"The restore did not change every object: {restored.Checks[0].Evidence}");
            })
            { Before = Before, Owns = fixture },
        ];
    }

    // kubectl cannot read encrypted files, so it gets the invented values of this benchmark unencrypted.
    private static async Task<string> DecryptAsync(string backup, string clear)
    {
        using var folder = BackupFolder.Open(backup);
        foreach (var item in folder.Manifest.Items.Where(item => item.Kind != "Deployment"))
        {
            await File.WriteAllTextAsync(
                Path.Combine(clear, $"{item.Kind}-{item.Name}.json"),
                (await folder.ReadObjectAsync(item, CancellationToken.None)).ToJsonString());
        }

        return clear;
    }
}
