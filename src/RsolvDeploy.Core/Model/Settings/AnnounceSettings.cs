namespace RsolvDeploy;

/// <summary>Whom to notify.</summary>
/// <param name="Before">Whether before the deployment.</param>
/// <param name="After">Whether after it.</param>
/// <param name="WebhookEnvironmentVariable">The environment variable that holds the webhook's address; null for none.</param>
public sealed record AnnounceSettings(bool Before, bool After, string? WebhookEnvironmentVariable);
