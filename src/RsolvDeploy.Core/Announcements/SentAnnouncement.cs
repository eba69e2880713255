namespace RsolvDeploy.Announcements;

/// <summary>An announcement of a run, for the ledger and the summary.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run.</param>
/// <param name="When">What it is about.</param>
/// <param name="Status">Succeeded or Planned: a channel that fails never fails a deployment.</param>
/// <param name="Checks">Whether the channels took it.</param>
internal sealed record SentAnnouncement(
    TargetIdentity Target, string RunId, AnnouncementKind When, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"Announcement {When} of {Target.Name}: {(Checks is [var check, ..] ? check.Evidence : $"{Status}")}";
}
