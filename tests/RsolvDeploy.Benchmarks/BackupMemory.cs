using System.Globalization;

namespace RsolvDeploy.Benchmarks;

/// <summary>The peak memory of a process that backs up 1,000, 10,000 or 50,000 objects; each backup runs in a new process.</summary>
internal static class BackupMemory
{
    private const int MostOnCluster = 5000;
    private static readonly int[] OfEachKind = [500, 5000, 25_000];

    public static async Task RunAsync()
    {
        foreach (var count in OfEachKind)
        {
            await using (var sandbox = await BackupFixture.OnSandboxAsync(count)) await MeasureAsync(sandbox, 2 * count);
            if (count > MostOnCluster || await BackupFixture.OnClusterAsync(count) is not { } real) continue;
            await using (real) await MeasureAsync(real, 2 * count);
        }
    }

    /// <summary>The part of the child process: one backup, then its memory.</summary>
    public static async Task OnceAsync(string kubeconfig, string ns, string deployment, string folder)
    {
        await BackupBenchmark.BackUpAsync(
            new Target
            {
                Name = "bench",
                ConfigurationPath = kubeconfig,
                Kubeconfig = kubeconfig,
                Namespace = ns,
                Deployment = deployment,
                Environment = "bench",
            },
            folder);
        var resident = (await File.ReadAllLinesAsync("/proc/self/status"))
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(':')[1]
            .Trim();
        var heaps = Enum.GetValues<GCKind>().Max(kind => GC.GetGCMemoryInfo(kind).HeapSizeBytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"peak resident set {resident}; managed heap after a collection at most {heaps / 1024} kB; "
                + $"{GC.GetTotalAllocatedBytes() / 1024} kB allocated in all"));
    }

    private static async Task MeasureAsync(BackupFixture fixture, int objects)
    {
        var output = await ChildProgram.ReadAsync(
            "dotnet",
            typeof(BackupMemory).Assembly.Location,
            "backup-once",
            fixture.Target.Kubeconfig!,
            fixture.Target.Namespace,
            fixture.Target.Deployment,
            fixture.Folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {fixture.Where,-14} {objects,6} objects: {output.Trim()}"));
    }
}
