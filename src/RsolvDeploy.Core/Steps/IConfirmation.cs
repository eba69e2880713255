namespace RsolvDeploy.Steps;

/// <summary>Confirms a change before it is made: an operator at a prompt, or a policy.</summary>
internal interface IConfirmation
{
    /// <summary>Asks whether a change may be made.</summary>
    /// <param name="subject">What is changed: <c>production/rsolv-platform in context prod</c>.</param>
    /// <param name="change">The change, for people.</param>
    /// <param name="ct">Cancels.</param>
    Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct);

    /// <summary>Whether changes are only previewed.</summary>
    Task<bool> IsPreviewAsync(CancellationToken ct);
}
