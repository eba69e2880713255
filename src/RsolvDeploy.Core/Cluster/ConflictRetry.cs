using RsolvDeploy.Errors;
using RsolvDeploy.Resilience;

namespace RsolvDeploy.Cluster;

/// <summary>
/// Repeats a change of an object that somebody else changes at the same time. The change reads the object anew in each attempt.
/// </summary>
internal static class ConflictRetry
{
    private static readonly RetryPolicy Updates = Create(error => error.Id == "Conflict");
    private static readonly RetryPolicy Upserts = Create(error => error.Id is "Conflict" or "AlreadyExists" or "NotFound");

    /// <summary>Repeats a change of an object that exists.</summary>
    public static Task<T> UpdateAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken ct) => Updates.RunAsync(change, ct);

    /// <summary>Repeats a change that creates the object where it is missing: others may create or delete it meanwhile.</summary>
    public static Task<T> UpsertAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken ct) => Upserts.RunAsync(change, ct);

    private static RetryPolicy Create(Func<DeployException, bool> isConflict) =>
        new(new RetryOptions((_, error) => error is DeployException known && isConflict(known), Retries: 7, TimeSpan.FromMilliseconds(10))
        {
            LongestDelay = TimeSpan.FromSeconds(1),
        });
}
