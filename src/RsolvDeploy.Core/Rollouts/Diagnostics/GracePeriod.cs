namespace RsolvDeploy.Rollouts.Diagnostics;

/// <summary>How long an issue that may pass by itself (no node fits, a full quota) is waited for.</summary>
internal static class GracePeriod
{
    /// <summary>The length.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    /// <summary>Whether an issue has lasted longer; one without a time has not.</summary>
    public static bool IsOver(DateTime? since, DateTimeOffset now) =>
        since is { } at && now - new DateTimeOffset(at.ToUniversalTime()) >= Length;
}
