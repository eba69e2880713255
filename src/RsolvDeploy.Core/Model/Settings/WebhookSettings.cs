namespace RsolvDeploy;

/// <summary>A webhook that gets announcements as CloudEvents or CDEvents.</summary>
/// <param name="Address">Where its address lies.</param>
/// <param name="Signature">Where the key lies that signs each request (HMAC-SHA256); null to send unsigned ones.</param>
public sealed record WebhookSettings(SecretValueReference Address, SecretValueReference? Signature)
{
    /// <summary>Its events: <c>cloudevents</c>, one for each announcement, or <c>cdevents</c>, the states of the deployment.</summary>
    public string Events { get; init; } = "cloudevents";
}
