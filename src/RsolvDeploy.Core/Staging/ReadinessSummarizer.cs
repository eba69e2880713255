using System.Globalization;

namespace RsolvDeploy.Staging;

/// <summary>
/// Draws the summary before a deployment from the checks and the history: what is known, what is not, and what it recommends.
/// </summary>
internal static class ReadinessSummarizer
{
    private const string OptionA = "A: validate on staging before the deployment";
    private const string OptionAMet = "A: staging is validated, deploy";
    private const string OptionB = "B: deploy without the validation on staging";
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>Draws it.</summary>
    /// <param name="checks">The checks of the validation, and those of the environment where they are known.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="image">The image that staging runs; null when it is not known.</param>
    /// <param name="releases">The history of staging, newest first.</param>
    /// <param name="now">The time.</param>
    public static ReadinessSummary Summarize(
        IReadOnlyList<Check> checks,
        StagingDecision decision,
        string? image,
        IReadOnlyList<Release> releases,
        DateTimeOffset now)
    {
        var validated = releases.FirstOrDefault(release => release is { Validation: not null, Problem: null } && release.Image == image);
        var isRecent = validated?.Validation is { } validation && now - validation.At <= Recent;
        var known = checks.Where(check => check.Status == CheckStatus.Passed).Select(Describe).ToList();
        if (validated?.Validation is { } by)
            known.Add($"{image} was validated on staging by {by.By} on {Date(by.At)} ({by.Url})");
        if (releases.FirstOrDefault(release => release.Image == image && release.Verified) is { } verified)
            known.Add($"{image} was verified on staging on {Date(verified.At)}");
        var unverified = checks.Where(check => check.Status is CheckStatus.Skipped or CheckStatus.Manual).Select(Describe).ToList();
        if (image is null) unverified.Add("which image staging runs");
        var failed = checks.Where(check => check.FailsStep).ToList();
        var risks = checks.Where(check => check.Status is CheckStatus.Failed or CheckStatus.Warning).Select(Describe).ToList();
        if (decision == StagingDecision.Skipped && !isRecent)
            risks.Add("the three phases did not run against this image: a defect of the workflow appears in production first");
        var (recommendation, reasons) = Recommend(decision, failed, validated, isRecent);
        return new ReadinessSummary(recommendation)
        {
            HighConfidence = known,
            NotVerified = unverified,
            Risks = risks,
            Reasons = reasons,
        };
    }

    private static (string Recommendation, List<string> Reasons) Recommend(
        StagingDecision decision, List<Check> failed, Release? validated, bool isRecent)
    {
        if (failed.Count > 0)
        {
            return (OptionA, [.. failed.Select(check => $"{check.Id} failed: {check.Evidence}"),
                "correct what failed, then validate again"]);
        }

        if (decision == StagingDecision.Validated) return (OptionAMet, ["every phase ran and passed against the image of staging"]);
        return isRecent
            ? (OptionB, [$"the same image was validated on {Date(validated!.Validation!.At)}, so that another run shows nothing new"])
            : (OptionA, [validated is null
                ? "the history has no validation of the image that staging runs"
                : $"the last validation of the image is from {Date(validated.Validation!.At)}, more than {Recent.TotalDays:0} days ago"]);
    }

    // The id last: "secret.set: " before a text has the shape of a credential.
    private static string Describe(Check check) => $"{check.Title.TrimEnd('.')} ({check.Evidence.TrimEnd('.')}) [{check.Id}]";

    private static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
