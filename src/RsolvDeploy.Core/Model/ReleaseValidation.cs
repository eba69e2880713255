namespace RsolvDeploy;

/// <summary>A validation of a release on staging.</summary>
/// <param name="At">When it ended, UTC.</param>
/// <param name="By">The operator, <c>user@machine</c>.</param>
/// <param name="Url">The page of the workflow's run.</param>
public sealed record ReleaseValidation(DateTimeOffset At, string By, string Url);
