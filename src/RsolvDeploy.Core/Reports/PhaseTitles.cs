using System.Text.RegularExpressions;

namespace RsolvDeploy.Reports;

/// <summary>The titles of steps, for people.</summary>
internal static partial class PhaseTitles
{
    /// <summary>The title of a kind of step.</summary>
    public static string For(string kind) => kind switch
    {
        "Staging" => "Validate on staging",
        "Preflight" => "Verify the environment",
        "Backup" => "Back up",
        "Restore" => "Restore",
        "BackupRemoval" => "Remove old backups",
        "Publish" => "Build and push",
        "Update" => "Update and roll out",
        "RolloutWatch" => "Watch the rollout",
        "Migration" => "Migrate the database",
        "Verification" => "Verify health and monitoring",
        "Health" => "Test the health",
        "TestData" => "Send test data",
        "Watch" => "Watch for rollback triggers",
        "Measurement" => "Measure the metrics",
        "Rollback" => "Roll back",
        "Smoke" => "Run the smoke test",
        "Dashboard" => "Verify the dashboard",
        "Completion" => "Sign off",
        "Announcement" => "Announce",
        _ => Sentence(kind),
    };

    // A kind of step that this list does not know yet.
    private static string Sentence(string kind)
    {
        var words = Words().Replace(kind, match => $" {match.Value.ToLowerInvariant()}");
        return words.Trim() is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..] : kind;
    }

    [GeneratedRegex("[A-Z]", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
