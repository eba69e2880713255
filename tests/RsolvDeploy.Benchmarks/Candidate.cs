namespace RsolvDeploy.Benchmarks;

/// <summary>One side of a comparison.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Run">The measured action.</param>
internal sealed record Candidate(string Name, Func<Task> Run) : IAsyncDisposable
{
    /// <summary>The amount that one run reads, to show a rate as well.</summary>
    public double? Megabytes { get; init; }

    /// <summary>The time that the last run measured itself; null for that of the whole run.</summary>
    public Func<TimeSpan>? Measured { get; init; }

    /// <summary>An action before each run that is not measured.</summary>
    public Func<Task>? Before { get; init; }

    /// <summary>The resource to dispose after the last run.</summary>
    public IAsyncDisposable? Owns { get; init; }

    public ValueTask DisposeAsync() => Owns?.DisposeAsync() ?? ValueTask.CompletedTask;
}
