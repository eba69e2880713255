namespace RsolvDeploy;

/// <summary>One cause that keeps a rollout from succeeding, and what has to be known before it fails the rollout.</summary>
/// <param name="Id">Its stable name, which <see cref="Diagnosis.Cause"/> holds.</param>
/// <param name="Patience">
/// How long it has to stay before it fails the rollout: zero for a cause that cannot pass by itself, null for one that is only reported
/// until the time limit.
/// </param>
/// <param name="Description">What happened, and when it is certain.</param>
public sealed record RolloutCause(string Id, TimeSpan? Patience, string Description)
{
    /// <summary>The name of its key under <c>rollout.patience</c> in <c>rsolv.yaml</c>.</summary>
    public string Key => $"{char.ToLowerInvariant(Id[0])}{Id[1..]}";

    /// <summary>Whether its patience can be configured.</summary>
    public bool IsConfigurable { get; init; } = true;

    /// <summary>
    /// Whether it comes and goes, as a crash loop does: a break that is shorter than its patience does not begin a new wait, and it is
    /// certain only when it occurs again after its patience.
    /// </summary>
    public bool Recurs { get; init; }
}
