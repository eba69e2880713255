namespace RsolvDeploy;

/// <summary>Where announcements go.</summary>
public enum AnnouncementChannel : long
{
    /// <summary>An incoming webhook of Slack (Block Kit).</summary>
    Slack,

    /// <summary>A workflow webhook of Microsoft Teams (Adaptive Card).</summary>
    Teams,

    /// <summary>Any other webhook: a signed CloudEvent.</summary>
    Webhook,

    /// <summary>E-mail by SMTP.</summary>
    Email,

    /// <summary>A file in a folder.</summary>
    File,
}
