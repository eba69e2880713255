using RsolvDeploy.Announcements.Channels;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Announcements;

/// <summary>An announcement that is ready to be sent.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">Its text.</param>
/// <param name="Report">The facts of the run.</param>
internal sealed record AnnouncementPlan(AnnouncementKind Kind, AnnouncementText Text, ReportData Report)
{
    /// <summary>Its id; every attempt on every channel has the same one.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>The channels that a target has.</summary>
    public static IReadOnlyList<AnnouncementChannel> ChannelsOf(AnnounceSettings? settings) => settings is null ? [] :
    [
        .. new (AnnouncementChannel Channel, object? Setting)[]
        {
            (AnnouncementChannel.Slack, settings.Slack),
            (AnnouncementChannel.Teams, settings.Teams),
            (AnnouncementChannel.Webhook, settings.Webhook),
            (AnnouncementChannel.Email, settings.Email),
            (AnnouncementChannel.File, settings.Folder),
        }.Where(one => one.Setting is not null).Select(one => one.Channel),
    ];
}
