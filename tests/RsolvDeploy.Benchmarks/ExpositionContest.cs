namespace RsolvDeploy.Benchmarks;

/// <summary>How fast exposition text is read; there is nobody to compare with, so it stands alone.</summary>
internal static class ExpositionContest
{
    public static Task<IReadOnlyList<Contender>> PrepareAsync()
    {
        var benchmark = new ExpositionBenchmark();
        benchmark.Setup();
        return Task.FromResult<IReadOnlyList<Contender>>([new("exposition text", benchmark.Read) { Megabytes = ExpositionBenchmark.Bytes / 1e6 }]);
    }
}
