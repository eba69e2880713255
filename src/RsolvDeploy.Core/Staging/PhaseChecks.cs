using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Configuration;

namespace RsolvDeploy.Staging;

/// <summary>Shows the phases, the tests and the pull request from what a run left.</summary>
internal static class PhaseChecks
{
    /// <summary>The check of a phase: everything that its settings describe has to be found.</summary>
    public static CheckOutcome Phase(WorkflowPhaseSettings phase, WorkflowEvidence run)
    {
        var parts = Parts(phase, run).ToList();
        if (parts.Count == 0) return CheckOutcome.Skipped("not configured: 'github.phases' describes nothing of this phase");
        var evidence = string.Join("; ", parts.Select(part => part.Evidence));
        return CheckOutcome.MetIf(parts.TrueForAll(part => part.Met), evidence,
            "Look at the log of the run. If the phase is named otherwise there, correct 'github.phases'.");
    }

    /// <summary>The check of the generated tests.</summary>
    public static CheckOutcome Generated(WorkflowTestSettings tests, WorkflowEvidence run)
    {
        var branch = run.BranchOf(tests.Branch);
        var number = run.NumberOf(tests.Generated);
        var evidence = $"{(branch is null ? $"no branch {tests.Branch} has a commit of the run" : $"branch {branch}")}"
            + (tests.Generated is null ? "" : $"; {Count(number)} tests generated");
        var outcome = CheckOutcome.MetIf(branch is not null && (tests.Generated is null || number >= 1), evidence,
            "Look at the validation phase in the log of the run. If its branch is named otherwise, correct 'github.tests.branch'.");
        return tests.Generated is null ? outcome : outcome.Compared(1, number is null ? "none" : (int)number, "tests");
    }

    /// <summary>The check of the executed tests.</summary>
    public static CheckOutcome Executed(WorkflowTestSettings tests, WorkflowEvidence run)
    {
        if (tests.Executed is null && tests.Artifact is null)
            return CheckOutcome.Skipped("not configured: neither 'github.tests.executed' nor 'github.tests.artifact'");
        const string Remedy = "Look at the validation phase in the log of the run: the tests were generated, but not run.";
        var artifact = tests.Artifact is null ? null : run.Artifacts.FirstOrDefault(name => Glob.IsMatch(tests.Artifact, name));
        var ofArtifact = tests.Artifact is null ? "" : artifact is null ? $"no artifact {tests.Artifact}" : $"artifact {artifact}";
        if (tests.Executed is null) return CheckOutcome.MetIf(artifact is not null, ofArtifact, Remedy);
        var number = run.NumberOf(tests.Executed);
        var evidence = $"{Count(number)} tests executed{(ofArtifact.Length > 0 ? $"; {ofArtifact}" : "")}";
        return CheckOutcome.MetIf(number >= 1 && (tests.Artifact is null || artifact is not null), evidence, Remedy)
            .Compared(1, number is null ? "none" : (int)number, "tests");
    }

    /// <summary>The check of the pull request: there is one exactly when the trust score passed its threshold.</summary>
    public static CheckOutcome PullRequest(WorkflowPullRequestSettings settings, WorkflowEvidence run)
    {
        var score = run.NumberOf(settings.TrustScore);
        var isTrusted = score is null ? (bool?)null : score > settings.Above;
        var ofScore = score is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"trust score {score:0.##}, threshold {settings.Above:0.##}");
        var outcome = (run.PullRequest, isTrusted) switch
        {
            ({ } found, false) => CheckOutcome.NotMet(
                $"#{found.Number} {found.Url} was opened although its mitigation is not trusted: {ofScore}",
                "Close the pull request, and check the threshold of the action."),
            ({ } found, _) => CheckOutcome.Met(
                $"#{found.Number} from {found.Branch}: {found.Url}{(ofScore.Length > 0 ? $"; {ofScore}" : "")}"),
            (null, true) => CheckOutcome.NotMet(
                $"no pull request from {settings.Branch} was opened since the run started: {ofScore}",
                "Look at the mitigation phase in the log of the run. If its branch is named otherwise, correct "
                    + "'github.pullRequest.branch'."),
            (null, false) => CheckOutcome.Met($"none was opened, as required: {ofScore}"),
            _ => CheckOutcome.NotMet(
                $"no pull request from {settings.Branch} was opened since the run started, and the trust score is not known",
                "Set 'github.pullRequest.trustScore' to a pattern of its line in the log, and look at the log of the run."),
        };
        return score is null ? outcome : outcome.Compared(settings.Above, score, "points");
    }

    private static IEnumerable<(bool Met, string Evidence)> Parts(WorkflowPhaseSettings phase, WorkflowEvidence run)
    {
        if (phase.Job is { } job)
            yield return Named("job", job, run.Jobs.Select(one => (one.Name, one.Conclusion)));
        if (phase.Step is { } step)
        {
            yield return Named("step", step, run.Jobs.SelectMany(one =>
                one.Steps.Select(inner => (inner.Name, inner.Conclusion)).Append((one.Name, one.Conclusion))));
        }

        if (phase.Artifact is { } artifact)
        {
            var found = run.Artifacts.FirstOrDefault(name => Glob.IsMatch(artifact, name));
            yield return (found is not null, found is null ? $"no artifact {artifact}" : $"artifact {found}");
        }

        if (phase.Branch is { } branch)
        {
            var found = run.BranchOf(branch);
            yield return (found is not null, found is null ? $"no branch {branch} has a commit of the run" : $"branch {found}");
        }

        if (phase.Log is { } log)
        {
            var line = run.Log.GetValueOrDefault(log)?.Line;
            yield return (line is not null, line is null ? $"no line of the log matches {log}" : $"log: {line}");
        }
    }

    private static (bool Met, string Evidence) Named(string kind, string glob, IEnumerable<(string Name, string? Conclusion)> all)
    {
        var matching = all.Where(one => Glob.IsMatch(glob, one.Name)).ToList();
        if (matching.Count == 0) return (false, $"no {kind} matches {glob}");
        var failed = matching.FirstOrDefault(one => one.Conclusion is not ("success" or "skipped" or "neutral"));
        if (failed.Name is not null) return (false, $"{kind} '{failed.Name}': {failed.Conclusion ?? "not ended"}");
        var ran = matching.FirstOrDefault(one => one.Conclusion == "success");
        return ran.Name is null
            ? (false, $"{kind} '{matching[0].Name}': {matching[0].Conclusion}")
            : (true, $"{kind} '{ran.Name}' succeeded");
    }

    private static string Count(double? number) => number is null ? "no" : number.Value.ToString("0", CultureInfo.InvariantCulture);
}
