using RsolvDeploy.Errors;

namespace RsolvDeploy.Migrations;

/// <summary>How the command that migrates ended.</summary>
/// <param name="ExitCode">Its exit code; null when it is unknown, or the command was not needed.</param>
/// <param name="Output">Its last lines.</param>
/// <param name="Error">The error that ended it, or the lock that was lost meanwhile; null for none.</param>
internal sealed record CommandEnd(int? ExitCode, IReadOnlyList<string> Output, DeployException? Error)
{
    private const int LinesShown = 3;

    /// <summary>Whether it succeeded.</summary>
    public bool Succeeded => ExitCode == 0 && Error is null;

    /// <summary>For people.</summary>
    public string Description => Error is not null ? Error.Message
        : ExitCode == 0 ? "exit code 0"
        : $"exit code {ExitCode}: {string.Join(" | ", Output.TakeLast(LinesShown))}";
}
