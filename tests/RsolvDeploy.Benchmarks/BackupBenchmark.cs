using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// Backs up 10,000 objects with encrypted Secrets, against <c>kubectl get -o yaml</c> of the same objects; and the time of the
/// disk for a file for each, which such a backup does not make.
/// </summary>
/// <remarks>
/// The last line shows the state of the disk. ext4 does not reuse an inode that was freed in the last minutes (<c>recently_deleted</c> in
/// fs/ext4/ialloc.c of Linux), and checks each of them for every new file: after the deletion of thousands of files, by an earlier
/// benchmark for example, a new file costs several times as much for five minutes. Everything here is deleted after the last round only.
/// </remarks>
internal static class BackupBenchmark
{
    private const int OfEachKind = 5000;
    private const int FileSize = 900; // bytes; about what one of the objects takes

    public static async Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var candidates = new List<Candidate>(For(await BackupFixture.OnSandboxAsync(OfEachKind)));
        if (await BackupFixture.OnClusterAsync(OfEachKind) is { } real) candidates.AddRange(For(real));
        else Console.WriteLine("  (no real cluster: RSOLV_TEST_KUBECONFIG is not set)");
        return candidates;
    }

    /// <summary>Backs up once, without the dry run, which kubectl does not have either.</summary>
    public static async Task<StateBackup> BackUpAsync(Target target, string folder)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var now = DateTimeOffset.UtcNow;
        return await BackupWriter.WriteAsync(
            cluster,
            BackupWriter.Plan(target, now, RunId.New(now), folder, null) with { DryRun = false },
            SilentReporter.Instance,
            CancellationToken.None);
    }

    private static Candidate[] For(BackupFixture fixture) =>
    [
        new(
            $"{fixture.Where}: kubectl get -o yaml",
            () => ChildProgram.RunAsync("kubectl", [.. fixture.Kubectl, "get", "deployments,configmaps,secrets", "--output", "yaml"])),
        new($"{fixture.Where}: Backup-RsolvState", () => BackUpAsync(fixture.Target, fixture.Folder)),
        new($"{fixture.Where}: a file for each object alone", () => Task.Run(() => WriteFiles(fixture.Folder))) { Owns = fixture },
    ];

    // Two folders, two threads, as the backup of two kinds.
    private static void WriteFiles(string folder)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, $"files-{Guid.NewGuid():N}")).FullName;
        Parallel.For(0, 2, kind =>
        {
            var content = new byte[FileSize];
            var inner = Directory.CreateDirectory(Path.Combine(root, $"{kind}")).FullName;
            for (var file = 0; file < OfEachKind; file++)
            {
                using var handle = File.OpenHandle(Path.Combine(inner, $"{file}"), FileMode.CreateNew, FileAccess.Write);
                RandomAccess.Write(handle, content, 0);
            }
        });
        DiskFlush.Run(root);
    }
}
