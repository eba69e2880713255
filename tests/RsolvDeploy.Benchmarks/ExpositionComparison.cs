namespace RsolvDeploy.Benchmarks;

/// <summary>How fast exposition text is read; there is nobody to compare with, so it stands alone.</summary>
internal static class ExpositionComparison
{
    public static Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var benchmark = new ExpositionBenchmark();
        benchmark.Setup();
        return Task.FromResult<IReadOnlyList<Candidate>>([new("exposition text", benchmark.Read) { Megabytes = ExpositionBenchmark.Bytes / 1e6 }]);
    }
}
