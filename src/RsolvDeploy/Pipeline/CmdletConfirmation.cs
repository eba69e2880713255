using RsolvDeploy.Steps;

namespace RsolvDeploy.Pipeline;

/// <summary>Confirms changes by <c>ShouldProcess</c>: <c>-WhatIf</c>, <c>-Confirm</c> and the preferences of the session.</summary>
/// <param name="cmdlet">The command.</param>
internal sealed class CmdletConfirmation(RsolvCmdlet cmdlet) : IConfirmation
{
    /// <inheritdoc/>
    public Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) => cmdlet.ConfirmAsync(subject, change, ct);

    /// <inheritdoc/>
    public Task<bool> IsPreviewAsync(CancellationToken ct) => cmdlet.IsWhatIfAsync(ct);
}
