namespace RsolvDeploy.Images;

/// <summary>What a publish records when it starts, so that a probe finds its image.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Timestamp">The one timestamp of all tags, UTC.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Proof">The tag with the timestamp, when it is pushed first: no other publish pushes it. Null when no tag
/// identifies the publish.</param>
internal sealed record PublishFacts(string Repository, DateTimeOffset Timestamp, IReadOnlyList<string> Tags, string? Proof);
