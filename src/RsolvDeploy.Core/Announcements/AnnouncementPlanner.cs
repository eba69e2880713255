using RsolvDeploy.Redaction;
using RsolvDeploy.Reports;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Announcements;

/// <summary>Plans announcements: fills the template with what the run recorded. It reads only.</summary>
/// <param name="target">The environment.</param>
/// <param name="redactor">Removes secret values.</param>
/// <param name="clock">The clock.</param>
internal sealed class AnnouncementPlanner(Target target, Redactor redactor, TimeProvider clock)
{
    /// <summary>The folder of templates that replace the shipped and the configured ones; null for none.</summary>
    public string? Templates { get; init; }

    /// <summary>Whether only the steps that ended are reported, as in an announcement of the run itself.</summary>
    public bool EndedOnly { get; init; }

    /// <summary>Plans an announcement.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="runId">The run; null before there is one.</param>
    /// <param name="result">The newest result of the run; null for none.</param>
    /// <param name="message">A text below the title; empty for none.</param>
    /// <exception cref="Errors.DeployException">A template cannot be used.</exception>
    public async Task<AnnouncementPlan> PlanAsync(AnnouncementKind kind, string? runId, IStepResult? result, string message)
    {
        var folder = runId is null ? null : new RunFolder(runId);
        var run = folder is { IsRecorded: true } ? RecordedRun.From(folder) : null;
        var facts = new ReportReader(clock) { EndedOnly = EndedOnly }.Read(runId ?? "", run, result is null ? [] : [result]) with
        {
            Target = target.Name,
            Deployment = $"{target.Namespace}/{target.Deployment}",
        };
        var report = ReportJson.Redact(facts, redactor);
        var templates = new AnnouncementTemplates(new TemplateFolder(Templates ?? target.Announce?.Templates));
        var text = await templates.RenderAsync(kind, report, AnnouncementTarget.From(target), redactor.Apply(message));
        return new AnnouncementPlan(kind, text, report);
    }
}
