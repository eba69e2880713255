namespace RsolvDeploy.Reporting;

/// <summary>The newest log lines of a pod that fails.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Lines">The lines, oldest first; never a credential.</param>
internal sealed record LogUpdate(string Pod, IReadOnlyList<string> Lines);
