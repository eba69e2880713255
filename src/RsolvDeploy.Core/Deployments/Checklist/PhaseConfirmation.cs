using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>
/// Confirms the changes of a phase. The operator confirmed the run as a whole; only a change that was not known then is asked for again.
/// </summary>
/// <param name="inner">Asks the operator.</param>
/// <param name="isConfirmed">Whether the phase is confirmed by itself.</param>
internal sealed class PhaseConfirmation(IConfirmation inner, bool isConfirmed) : IConfirmation
{
    /// <inheritdoc/>
    public async Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) =>
        (!isConfirmed && !await inner.IsPreviewAsync(ct)) || await inner.ConfirmAsync(subject, change, ct);

    /// <inheritdoc/>
    public Task<bool> IsPreviewAsync(CancellationToken ct) => inner.IsPreviewAsync(ct);
}
