using System.Management.Automation;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>What the results of a script claim is so, and what they do not claim has not happened: the zeros of docs/faults.md.</summary>
internal static partial class OutcomeClaims
{
    /// <summary>Compares the results with the state.</summary>
    public static void AssertTrue(string script, Outcome outcome, SandboxState before, SandboxState after)
    {
        var results = outcome.Output.Where(item => item is not null && item.Properties["Status"] is not null).ToList();
        before.AssertNothingLost(after, isChangeClaimed: Writing().IsMatch(script) && !IsHarmless(script, outcome, results));
        // Backups go by command or by age alone.
        if (!Removing().IsMatch(script)) Assert.All(before.Backups, backup => Assert.Contains(backup, after.Backups));
        var claimed = results.Where(result => Type(result) == "StateBackup" && result.Text("Status") == "Succeeded")
            .Select(result => result.Text("Path"));
        if (!Removing().IsMatch(script)) Assert.All(claimed, path => Assert.True(SandboxState.IsBackup(path), $"{path} is no backup."));
        // A script may discard what came later.
        if (!Discarding().IsMatch(script) && Image(results) is { Length: > 0 } image) Assert.Contains(image, after.Images);
    }

    // Everything was planned or skipped, and every result is shown.
    private static bool IsHarmless(string script, Outcome outcome, List<PSObject> results) =>
        results.Count > 0 && !outcome.Stopped && !Discarding().IsMatch(script)
            && results.All(result => result.Text("Status") is "Planned" or "Skipped");

    // The image that the last change claims to have left.
    private static string? Image(List<PSObject> results)
    {
        if (results.LastOrDefault(result => Type(result) is "Rollout" or "Rollback") is not { } last) return null;
        if (last.Text("Rollback.Status") == "Succeeded") return last.Text("Rollback.Image");
        return last.Text("Status") == "Succeeded" ? last.Text("Image") : null;
    }

    private static string Type(PSObject result) => result.BaseObject.GetType().Name;

    [GeneratedRegex(
        @"(Update|Undo|Restore|Resume|Watch|Remove)-Rsolv|Invoke-Rsolv(Deployment|Migration)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Writing();

    [GeneratedRegex(@"Remove-(RsolvBackup|Item)|keep", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Removing();

    [GeneratedRegex(@"\$\w+(:\w+)?\s*=|Restore-Rsolv|Resume-Rsolv|-Rsolv[^;|]+\|", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Discarding();
}
