namespace RsolvDeploy.Programs;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="StandardError">The end of its standard error.</param>
internal sealed record ProcessResult(int ExitCode, string Output, string StandardError)
{
    /// <summary>Whether the exit code is 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last line of standard error; empty when there is none.</summary>
    public string LastError =>
        StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
