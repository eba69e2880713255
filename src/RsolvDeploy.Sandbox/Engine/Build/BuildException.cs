namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>A failed build, with the engine's message.</summary>
internal sealed class BuildException(string message, int exitCode = 0) : Exception(message)
{
    /// <summary>The exit code of the failed command; 0 when no command failed.</summary>
    public int ExitCode => exitCode;
}
