namespace RsolvDeploy;

/// <summary>Whom to notify, and on which channels.</summary>
/// <param name="Before">Whether before the deployment.</param>
/// <param name="After">Whether after it.</param>
public sealed record AnnounceSettings(bool Before, bool After)
{
    /// <summary>The address of an incoming webhook of Slack; null for none.</summary>
    public SecretValueReference? Slack { get; init; }

    /// <summary>The address of a workflow webhook of Microsoft Teams; null for none.</summary>
    public SecretValueReference? Teams { get; init; }

    /// <summary>Any other webhook; null for none.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>E-mail; null for none.</summary>
    public EmailSettings? Email { get; init; }

    /// <summary>The folder of files, as a full path; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>The folder of templates that replace those of the module, as a full path; null for none.</summary>
    public string? Templates { get; init; }
}
