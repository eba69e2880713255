namespace RsolvDeploy.Benchmarks;

/// <summary>The speed of reading exposition text. There is nothing to compare it with.</summary>
internal static class ExpositionComparison
{
    public static Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var benchmark = new ExpositionBenchmark();
        benchmark.Setup();
        return Task.FromResult<IReadOnlyList<Candidate>>(
            [new("exposition text", benchmark.Read) { Megabytes = ExpositionBenchmark.Bytes / 1e6 }]);
    }
}
