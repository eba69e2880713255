namespace RsolvDeploy.Announcements;

/// <summary>The options of an announcement in a run.</summary>
/// <param name="When">What it is about.</param>
internal sealed record AnnouncementOptions(AnnouncementKind When)
{
    /// <summary>A text below the title; empty for none.</summary>
    public string Message { get; init; } = "";
}
