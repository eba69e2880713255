namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>A build that failed, with what the engine says about it.</summary>
internal sealed class BuildException(string message, int exitCode = 0) : Exception(message)
{
    /// <summary>The exit code of the command that failed; 0 when it was none.</summary>
    public int ExitCode => exitCode;
}
