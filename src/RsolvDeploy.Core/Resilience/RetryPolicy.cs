using Polly;
using Polly.Retry;

namespace RsolvDeploy.Resilience;

/// <summary>Repeats operations that fail for a short time.</summary>
internal sealed class RetryPolicy
{
    private readonly ResiliencePipeline _pipeline;

    public RetryPolicy(RetryOptions options)
    {
        // "At once" is not a delay: the own one holds.
        TimeSpan? Asked(Outcome<object> outcome) =>
            options.AskedDelay(outcome.Result, outcome.Exception) is { } asked && asked > options.Delay
                ? asked < options.LongestDelay ? asked : options.LongestDelay
                : null;

        _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = attempt => ValueTask.FromResult(options.ShouldRetry(attempt.Outcome.Result, attempt.Outcome.Exception)),
                MaxRetryAttempts = options.Retries,
                Delay = options.Delay,
                MaxDelay = options.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = attempt => ValueTask.FromResult(Asked(attempt.Outcome)),
                OnRetry = attempt =>
                {
                    options.OnRetry(attempt.Outcome.Exception);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>The result of the last attempt, or its exception. A result that is not taken is disposed.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken ct) =>
        await _pipeline.ExecuteAsync(static async (run, token) => await run(token), attempt, ct);
}
