using RsolvDeploy.Backups;
using RsolvDeploy.Cluster;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Benchmarks;

/// <summary>10,000 objects backed up with their Secrets encrypted, against <c>kubectl get -o yaml</c> of the same to nowhere.</summary>
internal static class BackupContest
{
    private const int OfEachKind = 5000;

    public static async Task<IReadOnlyList<Contender>> PrepareAsync()
    {
        var contenders = new List<Contender>(Of(await BackupStage.OnSandboxAsync(OfEachKind)));
        if (await BackupStage.OnClusterAsync(OfEachKind) is { } real) contenders.AddRange(Of(real));
        else Console.WriteLine("  (no real cluster: RSOLV_TEST_KUBECONFIG is not set)");
        return contenders;
    }

    /// <summary>Backs up once, without the dry run: kubectl makes none.</summary>
    public static async Task<StateBackup> BackUpAsync(Target target, string folder)
    {
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        var now = DateTimeOffset.UtcNow;
        return await StateArchive.WriteAsync(cluster, StateArchive.Plan(target, now, RunId.New(now), folder, null) with { TryRestore = false }, SilentReporter.Instance, CancellationToken.None);
    }

    private static Contender[] Of(BackupStage stage) =>
    [
        new($"{stage.Where}: kubectl get -o yaml", () => ChildProgram.RunAsync("kubectl", [.. stage.Kubectl, "get", "deployments,configmaps,secrets", "--output", "yaml"])),
        new($"{stage.Where}: Backup-RsolvState", () => BackUpAsync(stage.Target, stage.Folder)) { Owns = stage },
    ];
}
