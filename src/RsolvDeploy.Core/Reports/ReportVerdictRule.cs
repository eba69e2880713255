namespace RsolvDeploy.Reports;

/// <summary>Decides how a run ended, and puts it into one sentence.</summary>
internal static class ReportVerdictRule
{
    /// <summary>The verdict and its sentence.</summary>
    /// <param name="steps">The steps in order.</param>
    /// <param name="target">The name of the target.</param>
    /// <param name="signOff">The sign-off; null when there is none.</param>
    public static (ReportVerdict Verdict, string Headline) Decide(
        IReadOnlyList<ReportStep> steps, string target, ReportSignOff? signOff)
    {
        var failed = Last(steps, step => step.Result?.Status is StepStatus.Failed or StepStatus.TimedOut);
        var rolledBack = Last(steps, step => step.Result?.Details?.Rollback?.Status == StepStatus.Succeeded);
        var open = steps.FirstOrDefault(step => step.Result is null && step.Open is "Interrupted" or "Pending");
        if (open is not null)
        {
            return (ReportVerdict.Incomplete,
                $"{PhaseTitles.For(open.Kind.ToString())} is {(open.Open == "Pending" ? "pending" : "interrupted")}.");
        }

        if (signOff is { Outcome: "RolledBack" } || (rolledBack >= 0 && rolledBack >= failed))
        {
            var rollback = rolledBack >= 0 ? steps[rolledBack].Result!.Details!.Rollback : null;
            var image = rollback?.Image is { } running ? $" {ReportText.Image(running)} runs again." : "";
            return (ReportVerdict.RolledBack, $"The release was rolled back.{image}{Cause(steps)}");
        }

        if (failed >= 0)
        {
            var step = steps[failed];
            var how = step.Result!.Status == StepStatus.TimedOut ? "timed out" : "failed";
            return (ReportVerdict.Failed, $"{PhaseTitles.For(step.Kind.ToString())} {how}.{Cause(steps)}");
        }

        if (steps.Count == 0) return (ReportVerdict.Incomplete, $"Nothing was done in this run of {target}.");
        if (!steps.Any(step => step.Result?.Status == StepStatus.Succeeded))
            return (ReportVerdict.Planned, $"The run of {target} was only planned; nothing was changed.");
        var update = steps.LastOrDefault(step => step.Kind == StepKind.Update && step.Result?.Status == StepStatus.Succeeded);
        return (ReportVerdict.Succeeded, update?.Result?.Image is { } deployed
            ? $"{ReportText.Image(deployed)} runs on {target}."
            : $"Every step on {target} succeeded.");
    }

    private static string Cause(IReadOnlyList<ReportStep> steps)
    {
        var diagnosis = steps.Select(step => step.Result?.Details?.Diagnosis).LastOrDefault(one => one is not null);
        if (diagnosis is not null) return $" {diagnosis.Cause}: {diagnosis.Message}";
        var check = steps.SelectMany(step => step.Result?.Checks ?? []).FirstOrDefault(one => one.Status == CheckStatus.Failed);
        return check is null ? "" : $" {check.Id}: {check.Evidence}";
    }

    private static int Last(IReadOnlyList<ReportStep> steps, Func<ReportStep, bool> which)
    {
        var index = steps.Count - 1;
        while (index >= 0 && !which(steps[index])) index--;
        return index;
    }
}
