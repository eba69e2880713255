using Polly;
using Polly.Retry;

namespace RsolvDeploy.Resilience;

/// <summary>Repeats operations that fail for a short time.</summary>
/// <param name="options">When, and how often.</param>
internal sealed class RetryPolicy(RetryOptions options)
{
    private ResiliencePipeline? _pipeline;

    /// <summary>The result of the last attempt, or its exception. A result that is not taken is disposed.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        var first = attempt(ct);
        try
        {
            var result = await first;
            if (!options.ShouldRetry(result, null)) return result;
        }
        catch (Exception e) when (options.ShouldRetry(null, e))
        {
            // The pipeline gets it.
        }

        // Only now: in a new session the pipeline takes 30 ms to compile, and nearly every first attempt succeeds.
        _pipeline ??= CreatePipeline();
        Task<T>? made = first;
        return await _pipeline.ExecuteAsync(
            async token =>
            {
                var next = made ?? attempt(token);
                made = null;
                return await next;
            },
            ct);
    }

    private ResiliencePipeline CreatePipeline() =>
        new ResiliencePipelineBuilder { TimeProvider = options.Time }
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

    // "At once" is not a delay: the own one holds.
    private TimeSpan? Asked(Outcome<object> outcome) =>
        options.AskedDelay(outcome.Result, outcome.Exception) is { } asked && asked > options.Delay
            ? asked < options.LongestDelay ? asked : options.LongestDelay
            : null;
}
