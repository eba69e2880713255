using System.Text.RegularExpressions;
using RsolvDeploy.Checks;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>config.&lt;name&gt;</c>: files of the source tree meet the configured rules. A pattern that takes too long fails
/// its rule and nothing else.
/// </summary>
internal static class ReviewChecks
{
    private const long LargestFile = 16 * 1024 * 1024;
    private const int Shown = 5;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<Check>> EvaluateAsync(Target target, CheckScope scope) =>
        await Task.WhenAll(target.Review.Select(rule => target.Source is { } source
            ? PreflightDefinitions.Review(rule).EvaluateAsync(
                scope, () => Task.Run(() => Judge(source.Path, rule, scope.Cancellation), scope.Cancellation))
            : Task.FromResult(PreflightDefinitions.Review(rule).Skip("no source tree is configured", scope.Clock))));

    private static CheckOutcome Judge(string root, ReviewRule rule, CancellationToken ct)
    {
        if (!Directory.Exists(root))
            return CheckOutcome.NotMet($"the source tree {root} does not exist", "Correct 'source.path' of the target.");
        var files = FileGlob.Match(root, rule.File, ct);
        if (rule.Exists is { } exists)
        {
            if (exists == files.Count > 0) return CheckOutcome.Met(exists ? Names(files) : $"no {rule.File}");
            return exists
                ? CheckOutcome.NotMet($"there is no {rule.File}", "Add the file, or correct the rule.")
                : CheckOutcome.NotMet($"there is {Names(files)}", "Take the file away, or correct the rule.");
        }

        if (files.Count == 0)
            return CheckOutcome.NotMet($"there is no {rule.File} to search", "Add the file, or correct the rule's 'file'.");
        var hits = new List<string>();
        foreach (var file in files)
        {
            ct.ThrowIfCancellationRequested();
            var path = Path.Combine(root, file);
            if (new FileInfo(path).Length > LargestFile)
            {
                return CheckOutcome.NotMet(
                    $"{file} is larger than {LargestFile / 1024 / 1024} MiB and was not read", "Name a smaller file in the rule.");
            }

            try
            {
                if (Line(File.ReadAllText(path), rule) is { } line) hits.Add($"{file}:{line}");
            }
            catch (RegexMatchTimeoutException)
            {
                return CheckOutcome.NotMet(
                    $"the pattern took longer than {PatternLimit.TotalSeconds:0} s on {file}",
                    "Write the pattern so that it needs no backtracking.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return CheckOutcome.NotMet($"{file} cannot be read: {e.Message}", "Make the file readable for this user.");
            }
        }

        if (rule.Lacks is not null)
        {
            return hits.Count == 0
                ? CheckOutcome.Met($"not in {Names(files)}")
                : CheckOutcome.NotMet($"it stands in {Names(hits)}", "Take it out, and merge that.");
        }

        return hits.Count > 0 ? CheckOutcome.Met(Names(hits)) : CheckOutcome.NotMet($"not in {Names(files)}", "Add it, and merge that.");
    }

    // The line of the first hit; null for none.
    private static int? Line(string text, ReviewRule rule)
    {
        int at;
        if (rule.Matches is { } pattern)
        {
            var match = Regex.Match(text, pattern, RegexOptions.None, PatternLimit);
            at = match.Success ? match.Index : -1;
        }
        else
        {
            at = text.IndexOf(rule.Contains ?? rule.Lacks ?? "", StringComparison.Ordinal);
        }

        return at < 0 ? null : 1 + text.AsSpan(0, at).Count('\n');
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
}
