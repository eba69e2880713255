using RsolvDeploy.Runs;

namespace RsolvDeploy.Completion;

/// <summary>Completes the manual checks of the specified run, or of the newest one.</summary>
public sealed class ManualCheckCompleter : CandidateCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionScene scene)
    {
        var runId = scene["RunId"]?.ToString();
        return RunFolder.All().FirstOrDefault(run => runId is null || run.Id == runId) is { } folder
            ? RecordedRun.From(folder).Checks.Values
                .Where(check => check.Status == CheckStatus.Manual)
                .Select(check => new Candidate(check.Id, check.Title ?? ""))
            : [];
    }
}
