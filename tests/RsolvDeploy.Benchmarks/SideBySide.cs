using System.Diagnostics;
using System.Globalization;

namespace RsolvDeploy.Benchmarks;

/// <summary>Measures ours and theirs by turns in one run, so that both see the same machine.</summary>
internal static class SideBySide
{
    private static readonly Dictionary<string, Func<Task<IReadOnlyList<Candidate>>>> Contests = new()
    {
        ["import"] = ImportBenchmark.PrepareAsync,
        ["backup"] = BackupBenchmark.PrepareAsync,
        ["restore"] = RestoreBenchmark.PrepareAsync,
        ["push"] = PushBenchmark.PrepareAsync,
        ["exposition"] = ExpositionComparison.PrepareAsync,
    };

    public static async Task<int> RunAsync(string[] wanted)
    {
        var unknown = wanted.Where(name => !Contests.ContainsKey(name)).ToList();
        if (unknown.Count > 0)
        {
            await Console.Error.WriteLineAsync($"There is no {string.Join(", ", unknown)}; there are: {string.Join(", ", Contests.Keys)}.");
            return 64;
        }

        foreach (var (name, prepare) in Contests.Where(contest => wanted.Length == 0 || wanted.Contains(contest.Key)))
        {
            Console.WriteLine($"{name}:");
            var contenders = await prepare();
            var times = contenders.Select(_ => new List<double>()).ToList();
            // The first round warms caches and is not counted.
            for (var round = 0; round <= 5; round++)
            {
                for (var i = 0; i < contenders.Count; i++)
                {
                    if (contenders[i].Before is { } before) await before();
                    var started = Stopwatch.GetTimestamp();
                    await contenders[i].Run();
                    if (round > 0) times[i].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }

            for (var i = 0; i < contenders.Count; i++) Console.WriteLine(Line(contenders[i], times[i]));
            foreach (var contender in contenders) await contender.DisposeAsync();
        }

        return 0;
    }

    private static string Line(Candidate contender, List<double> times)
    {
        times.Sort();
        var median = times[times.Count / 2];
        var rate = contender.Megabytes is { } size ? string.Create(CultureInfo.InvariantCulture, $"  {size / median * 1000,8:0} MB/s") : "";
        return string.Create(CultureInfo.InvariantCulture, $"  {contender.Name,-44} min {times[0],7:0}  median {median,7:0}  max {times[^1],7:0} ms{rate}");
    }
}
