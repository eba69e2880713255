using System.Diagnostics;
using System.Globalization;

namespace RsolvDeploy.Benchmarks;

/// <summary>Measures candidates by turns in one run, so that all of them run under the same load.</summary>
internal static class SideBySide
{
    private static readonly Dictionary<string, Func<Task<IReadOnlyList<Candidate>>>> Benchmarks = new()
    {
        ["import"] = ImportBenchmark.PrepareAsync,
        ["first"] = FirstCommandBenchmark.PrepareAsync,
        ["backup"] = BackupBenchmark.PrepareAsync,
        ["restore"] = RestoreBenchmark.PrepareAsync,
        ["push"] = PushBenchmark.PrepareAsync,
        ["report"] = ReportBenchmark.PrepareAsync,
        ["exposition"] = ExpositionComparison.PrepareAsync,
    };

    public static async Task<int> RunAsync(string[] wanted)
    {
        var unknown = wanted.Where(name => !Benchmarks.ContainsKey(name)).ToList();
        if (unknown.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                $"Unknown benchmarks: {string.Join(", ", unknown)}. Available: {string.Join(", ", Benchmarks.Keys)}.");
            return 64;
        }

        foreach (var (name, prepare) in Benchmarks.Where(benchmark => wanted.Length == 0 || wanted.Contains(benchmark.Key)))
        {
            Console.WriteLine($"{name}:");
            var candidates = await prepare();
            var times = candidates.Select(_ => new List<double>()).ToList();
            // The first round warms caches and is not counted.
            for (var round = 0; round <= 5; round++)
            {
                for (var i = 0; i < candidates.Count; i++)
                {
                    if (candidates[i].Before is { } before) await before();
                    var started = Stopwatch.GetTimestamp();
                    await candidates[i].Run();
                    var elapsed = candidates[i].Measured?.Invoke() ?? Stopwatch.GetElapsedTime(started);
                    if (round > 0) times[i].Add(elapsed.TotalMilliseconds);
                }
            }

            for (var i = 0; i < candidates.Count; i++) Console.WriteLine(Line(candidates[i], times[i]));
            foreach (var candidate in candidates) await candidate.DisposeAsync();
        }

        return 0;
    }

    private static string Line(Candidate candidate, List<double> times)
    {
        times.Sort();
        var median = times[times.Count / 2];
        var rate = candidate.Megabytes is { } size ? string.Create(CultureInfo.InvariantCulture, $"  {size / median * 1000,8:0} MB/s") : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"  {candidate.Name,-44} min {times[0],7:0}  median {median,7:0}  max {times[^1],7:0} ms{rate}");
    }
}
