namespace RsolvDeploy.Steps;

/// <summary>Confirms every change, for a service or for a resumed run that was approved as a whole.</summary>
internal sealed class Unattended : IConfirmation
{
    /// <summary>The one instance.</summary>
    public static readonly Unattended Instance = new();

    /// <inheritdoc/>
    public Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task<bool> IsPreviewAsync(CancellationToken ct) => Task.FromResult(false);
}
