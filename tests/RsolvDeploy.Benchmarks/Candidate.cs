namespace RsolvDeploy.Benchmarks;

/// <summary>One side of a comparison.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Run">What is timed.</param>
internal sealed record Candidate(string Name, Func<Task> Run) : IAsyncDisposable
{
    /// <summary>How much one run reads, when a rate says more than a time.</summary>
    public double? Megabytes { get; init; }

    /// <summary>What is done before each run, and not timed.</summary>
    public Func<Task>? Before { get; init; }

    /// <summary>What has to be cleaned up after the last run.</summary>
    public IAsyncDisposable? Owns { get; init; }

    public ValueTask DisposeAsync() => Owns?.DisposeAsync() ?? ValueTask.CompletedTask;
}
