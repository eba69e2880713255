namespace RsolvDeploy.Programs;

/// <summary>A program cannot be started. The message names the program and the reason.</summary>
/// <param name="program">The program.</param>
/// <param name="reason">Why it cannot be started, as the end of a sentence.</param>
/// <param name="inner">The exception behind it; null for none.</param>
internal sealed class ProgramStartException(string program, string reason, Exception? inner = null)
    : Exception($"{program} cannot be started: {reason}", inner)
{
    /// <summary>Why it cannot be started, as the end of a sentence.</summary>
    public string Reason => reason;
}
