using System.Collections.Immutable;

namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>Since when each issue has stayed. Pure: the same observations at the same times give the same history.</summary>
/// <param name="Spans">The span of each issue, also of those that recur and are absent now.</param>
internal sealed record IssueHistory(ImmutableDictionary<IssueKey, IssueSpan> Spans)
{
    /// <summary>Before anything was observed.</summary>
    public static IssueHistory Empty { get; } = new(ImmutableDictionary<IssueKey, IssueSpan>.Empty);

    /// <summary>The history with one more observation of all issues.</summary>
    /// <param name="issues">All issues that are there now.</param>
    /// <param name="settings">Has the patience of each cause.</param>
    /// <param name="at">When, counted from the start of the watch.</param>
    public IssueHistory Observe(IReadOnlyList<PodIssue> issues, RolloutSettings settings, TimeSpan at)
    {
        if (issues.Count == 0 && Spans.IsEmpty) return this;
        var spans = ImmutableDictionary.CreateBuilder<IssueKey, IssueSpan>();
        foreach (var issue in issues) spans[issue.Key] = Spans.GetValueOrDefault(issue.Key)?.With(issue, at) ?? Begin(issue, at);
        foreach (var (key, span) in Spans)
        {
            if (!spans.ContainsKey(key) && Outlasts(key, span, settings, at)) spans[key] = span;
        }

        return new IssueHistory(spans.ToImmutable());
    }

    /// <summary>Whether an issue, which was observed at this time, is certain.</summary>
    public bool IsCertain(PodIssue issue, RolloutSettings settings, TimeSpan at)
    {
        if (!issue.CanFail) return false;
        if (issue.IsProven) return true;
        if (issue.PatienceIn(settings) is not { } patience) return false;
        if (!Spans.TryGetValue(issue.Key, out var span) || span.Occurrences < issue.Required) return false;
        // Of what is tried again, waiting proves nothing: it has to happen once more after its patience.
        return issue.IsUncounted
            ? at - span.Since >= patience * 2
            : (issue.Cause.Recurs || issue.IsRetried ? span.OccurredAt : at) - span.Since >= patience;
    }

    /// <summary>The uids of the pods with a recurring issue that they have not yet left behind.</summary>
    public IReadOnlySet<string> RecurringPods() =>
        Spans.Keys.Where(key => RolloutCauses.Find(key.Cause) is { Recurs: true }).Select(key => key.Pod).ToHashSet(StringComparer.Ordinal);

    // An out-of-memory kill counts only where the container is not known to have ended for another reason.
    private IssueSpan Begin(PodIssue issue, TimeSpan at)
    {
        var mine = issue.Key;
        var others = Spans.Where(one => one.Key != mine && one.Key.Pod == mine.Pod && one.Key.Container == mine.Container)
            .Sum(one => one.Value.Occurrences);
        return new IssueSpan(at, at)
        {
            Reported = issue.Occurrences,
            Occurrences = Math.Max(1, issue.Occurrences - others),
            OccurredAt = at,
            Renewal = issue.Renewal,
        };
    }

    private static bool Outlasts(IssueKey key, IssueSpan span, RolloutSettings settings, TimeSpan at) =>
        RolloutCauses.Find(key.Cause) is { Recurs: true } cause
        && settings.PatienceFor(cause) is { } patience
        && (patience == TimeSpan.Zero || at - span.Last < patience);
}
