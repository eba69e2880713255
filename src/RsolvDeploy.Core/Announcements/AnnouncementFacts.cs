namespace RsolvDeploy.Announcements;

/// <summary>What an interrupted announcement needs: no channel gets it twice.</summary>
/// <param name="When">What it is about.</param>
/// <param name="Id">The id of the message on every channel.</param>
/// <param name="Begun">The channels that it was handed to; whether the last one took it is not known.</param>
/// <param name="Ended">The channels that took it or failed.</param>
internal sealed record AnnouncementFacts(
    AnnouncementKind When, string Id, IReadOnlyList<AnnouncementChannel> Begun, IReadOnlyList<AnnouncementChannel> Ended);
