namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>A run of the workflow. What it has done follows from the time alone.</summary>
internal sealed class GitHubRun(long id, string title, GitHubBranch at)
{
    private static readonly string[] Names =
        ["Set up job", "Run actions/checkout@v4", "SCAN phase", "VALIDATE phase", "MITIGATE phase", "Complete job"];

    public long Id => id;

    public string Title => title;

    public GitHubBranch At => at;

    public DateTimeOffset Created { get; } = DateTimeOffset.UtcNow;

    /// <summary>The time that each step takes.</summary>
    public TimeSpan StepTime { get; init; }

    public int Attempt { get; private set; } = 1;

    /// <summary>When the attempt started.</summary>
    public DateTimeOffset Started { get; private set; } = DateTimeOffset.UtcNow;

    /// <summary>The step that fails; null when none does.</summary>
    public string? FailingStep { get; set; }

    /// <summary>The trust score of its mitigation.</summary>
    public int TrustScore { get; init; } = 92;

    /// <summary>The names of what it leaves, as a matrix of jobs does, before its results.</summary>
    public IReadOnlyList<string> OtherArtifacts { get; init; } = [];

    /// <summary>When it was cancelled; null when it was not.</summary>
    public DateTimeOffset? Cancelled { get; private set; }

    /// <summary>Whether what it leaves was written.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The id of the job of its attempt.</summary>
    public long JobId => (id * 10) + Attempt;

    public string Status(DateTimeOffset now) =>
        Conclusion(now) is not null ? "completed" : now < Started + StepTime ? "queued" : "in_progress";

    public string? Conclusion(DateTimeOffset now)
    {
        if (Cancelled is not null) return "cancelled";
        var steps = Steps(now);
        return steps[^1].Conclusion is null ? null : steps.Any(step => step.Conclusion == "failure") ? "failure" : "success";
    }

    public DateTimeOffset? Completed(DateTimeOffset now) => Cancelled ?? Steps(now)[^1].Completed;

    public IReadOnlyList<GitHubStep> Steps(DateTimeOffset now)
    {
        var steps = new List<GitHubStep>();
        var start = Started + StepTime;
        var hasFailed = false;
        foreach (var (index, name) in Names.Index())
        {
            var isSkipped = hasFailed && name != Names[^1];
            var end = isSkipped ? start : start + StepTime;
            var conclusion = isSkipped ? "skipped" : name == FailingStep ? "failure" : "success";
            var stop = Cancelled ?? now;
            var isOver = end <= stop;
            steps.Add(new GitHubStep(
                index + 1,
                name,
                start <= stop ? start : null,
                isOver ? end : Cancelled,
                isOver ? conclusion : Cancelled is not null ? "cancelled" : null));
            hasFailed |= name == FailingStep;
            start = end;
        }

        return steps;
    }

    /// <summary>The lines of the log of its job, with their times.</summary>
    public IEnumerable<string> Log(DateTimeOffset now)
    {
        foreach (var step in Steps(now).Where(step => step is { Started: not null, Conclusion: not ("skipped" or null) }))
        {
            foreach (var line in Lines(step)) yield return $"{step.Started!.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} {line}";
        }
    }

    public void Cancel(DateTimeOffset now) => Cancelled = now;

    public void Rerun(DateTimeOffset now)
    {
        Attempt++;
        (Started, Cancelled, FailingStep) = (now, null, null);
    }

    private IEnumerable<string> Lines(GitHubStep step)
    {
        yield return $"##[group]{step.Name}";
        switch (step.Name)
        {
            case "SCAN phase":
                yield return "[SCAN] 3 vulnerabilities found in 41 files";
                break;
            case "VALIDATE phase":
                yield return "[VALIDATE] Generated 4 tests on branch rsolv/validate/issue-12";
                yield return "[VALIDATE] Executed 4 tests: 4 failed as required";
                break;
            case "MITIGATE phase":
                yield return $"[MITIGATE] Trust score: {TrustScore}";
                break;
        }

        if (step.Conclusion == "failure")
        {
            yield return "The RSOLV API answered 401 Unauthorized.";
            yield return "##[error]Process completed with exit code 1.";
        }

        yield return "##[endgroup]";
    }
}
