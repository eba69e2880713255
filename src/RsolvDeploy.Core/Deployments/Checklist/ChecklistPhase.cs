using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>One phase of the checklist.</summary>
/// <param name="Name">Its name, for people and for <c>-Skip</c>.</param>
/// <param name="Kind">The kind of its step.</param>
/// <param name="LeastMinutes">The lower bound of the checklist's estimate, in minutes.</param>
/// <param name="MostMinutes">The upper bound, in minutes.</param>
/// <param name="Create">Creates its step.</param>
internal sealed record ChecklistPhase(
    string Name, StepKind Kind, int LeastMinutes, int MostMinutes, Func<Target, ChecklistOptions, StepInvocation> Create)
{
    /// <summary>Whether the target configures it; null when it is always run.</summary>
    public Func<Target, ChecklistOptions, bool>? Applies { get; init; }

    /// <summary>Whether the operator confirms its change by itself; other phases are confirmed with the whole run.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>How long it takes by its configuration; null when that is not known before.</summary>
    public Func<Target, ChecklistOptions, TimeSpan?>? Takes { get; init; }

    /// <summary>The known duration; null when it is estimated.</summary>
    public TimeSpan? Known { get; init; }

    /// <summary>The estimate: the known duration, or that of the checklist.</summary>
    public PhaseEstimate Estimate => Known is { } known
        ? new(known, known, 0)
        : new(TimeSpan.FromMinutes(LeastMinutes), TimeSpan.FromMinutes(MostMinutes), 0);
}
