namespace RsolvDeploy;

/// <summary>An announcement on one channel: the result of <c>Send-RsolvAnnouncement</c>.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run; empty before there is one.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Channel">Where it went.</param>
/// <param name="Status">Succeeded, Failed or Planned. A failed announcement never fails a deployment.</param>
public sealed record Announcement(
    TargetIdentity Target, string RunId, AnnouncementKind Kind, AnnouncementChannel Channel, StepStatus Status)
{
    /// <summary>The text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where it went, without anything secret: <c>hooks.slack.com</c>.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Why it was not sent; empty when it was.</summary>
    public string Problem { get; init; } = "";

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() =>
        $"{Kind} announcement of {Target.Name} to {Channel}: {Status}{(Problem.Length > 0 ? $", {Problem}" : "")}";
}
