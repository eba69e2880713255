using RsolvDeploy.Errors;

namespace RsolvDeploy.Steps;

/// <summary>Creates the error of a verification that did not pass.</summary>
internal static class VerificationError
{
    /// <summary>The error id when it could not be measured.</summary>
    public const string Id = "VerificationError";

    private const string NothingConfigured =
        "Configure what is to be measured, such as url, prometheus or grafana of the target, or leave this verification out.";

    /// <summary>The error; null when the verification passed or did not run.</summary>
    public static DeployException? From(Verification result)
    {
        if (result.Status != StepStatus.Failed) return null;
        var (id, category, what) = result.Verdict switch
        {
            Verdict.Failed => ("VerificationFailed", FaultCategory.InvalidOperation, "did not pass"),
            Verdict.Error => (Id, FaultCategory.ResourceUnavailable, "could not be measured"),
            _ => ("VerificationInconclusive", FaultCategory.ResourceUnavailable, "could not be decided"),
        };
        var required = result.Checks.Where(check => check.Severity == CheckSeverity.Required).ToList();
        var causes = required.Where(check => check.Result == CausingResult(result.Verdict)).ToList();
        if (causes.Count == 0) causes = required.FindAll(check => check.Status != CheckStatus.Passed);
        // Checks that are skipped for the same reason are one cause.
        var reasons = causes.GroupBy(check => check.Evidence, check => check.Id)
            .Select(same => $"{string.Join(", ", same)}: {same.Key}");
        return new DeployException(
            id,
            category,
            $"{result.Target.Name} {what}: {string.Join("; ", reasons)}",
            causes.Select(check => check.Remedy).FirstOrDefault(remedy => remedy is { Length: > 0 })
                ?? (causes.TrueForAll(check => check.Status == CheckStatus.Skipped)
                    ? NothingConfigured
                    : "Look at the Checks of the result."))
        {
            Subject = result,
        };
    }

    private static CheckResult CausingResult(Verdict verdict) => verdict switch
    {
        Verdict.Failed => CheckResult.NotMet,
        Verdict.Error => CheckResult.Unmeasured,
        _ => CheckResult.Inconclusive,
    };
}
