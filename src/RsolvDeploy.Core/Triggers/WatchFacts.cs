namespace RsolvDeploy.Triggers;

/// <summary>What an interrupted watch needs: it ends when it would have ended.</summary>
/// <param name="Until">When it ends, UTC.</param>
internal sealed record WatchFacts(DateTimeOffset Until);
