namespace RsolvDeploy.Services.Tests.Expositions;

/// <summary>What an endpoint responds to a scrape with.</summary>
/// <param name="Name">Which shape it is, for the message of a failure.</param>
/// <param name="ContentType">The header as it is sent; null for none.</param>
/// <param name="Body">The bytes.</param>
internal sealed record ExpositionInput(string Name, string? ContentType, byte[] Body);

/// <summary>What Prometheus made of a scrape.</summary>
/// <param name="IsUp">Whether the target is up.</param>
/// <param name="Error">Why it is not; empty when it is.</param>
internal sealed record ScrapeVerdict(bool IsUp, string Error);
