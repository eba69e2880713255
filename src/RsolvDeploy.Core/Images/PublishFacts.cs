namespace RsolvDeploy.Images;

/// <summary>What a publish records when it starts, so that its image can be found again.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Timestamp">The one timestamp of all tags, UTC.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Proof">The tag that carries the timestamp, when it is pushed first: nobody else can have pushed it. Null when no tag proves the publish.</param>
internal sealed record PublishFacts(string Repository, DateTimeOffset Timestamp, IReadOnlyList<string> Tags, string? Proof);
