namespace RsolvDeploy.Steps;

/// <summary>Confirms every change: the run was approved as a whole, as a service or a resumed run does.</summary>
internal sealed class Unattended : IConfirmation
{
    /// <summary>The one instance.</summary>
    public static readonly Unattended Instance = new();

    /// <inheritdoc/>
    public Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task<bool> IsPreviewAsync(CancellationToken ct) => Task.FromResult(false);
}
