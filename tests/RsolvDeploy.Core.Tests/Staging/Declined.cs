using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Confirms nothing, as with -WhatIf.</summary>
internal sealed class Declined : IConfirmation
{
    public Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) => Task.FromResult(false);

    public Task<bool> IsPreviewAsync(CancellationToken ct) => Task.FromResult(true);
}
