using RsolvDeploy.Reporting;

namespace RsolvDeploy.Redaction;

/// <summary>Removes secret values from what is reported.</summary>
/// <param name="inner">Shows it.</param>
/// <param name="redactor">Knows the secret values.</param>
internal sealed class RedactingReporter(IReporter inner, Redactor redactor) : IReporter
{
    public void Progress(ProgressUpdate update) => inner.Progress(
        update with { Activity = redactor.Apply(update.Activity), Status = redactor.Apply(update.Status) });

    // The evidence of a phase is that of its result, which is redacted.
    public void Phase(PhaseUpdate update) => inner.Phase(update);

    public void State(string text) => inner.State(redactor.Apply(text));

    public void Pods(PodsUpdate update) => inner.Pods(update with
    {
        Pods =
        [
            .. update.Pods.Select(pod => pod with
            {
                Name = TextRedaction.Visible(pod.Name),
                Phase = redactor.Apply(pod.Phase), Reason = pod.Reason is { } reason ? redactor.Apply(reason) : null,
            }),
        ],
    });

    public void Log(LogUpdate update) => inner.Log(
        update with { Pod = TextRedaction.Visible(update.Pod), Lines = [.. update.Lines.Select(redactor.Apply)] });

    public void Verbose(string message) => inner.Verbose(redactor.Apply(message));

    public void Warning(string message) => inner.Warning(redactor.Apply(message));

    public void Information(string message) => inner.Information(redactor.Apply(message));
}
