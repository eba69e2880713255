using BenchmarkDotNet.Attributes;

using RsolvDeploy.Health.Exposition;

namespace RsolvDeploy.Benchmarks;

/// <summary>Reads 16 MB of Prometheus text as a busy application serves it.</summary>
[MemoryDiagnoser]
public class ExpositionBenchmark
{
    internal const int Bytes = 16 * 1024 * 1024;
    private byte[] _text = [];

    [GlobalSetup]
    public void Setup() => _text = ExpositionSample.Create(Bytes);

    [Benchmark]
    public async Task<int> Read()
    {
        using var stream = new MemoryStream(_text);
        var document = await ExpositionReader.ReadAsync(stream, null, openMetrics: false, long.MaxValue, CancellationToken.None);
        return document.Families.Count;
    }
}
