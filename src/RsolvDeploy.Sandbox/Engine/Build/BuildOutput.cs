using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Reports the progress of a build to the client, in the format of one of docker's two builders.</summary>
internal abstract class BuildOutput(JsonStream stream)
{
    protected JsonStream Stream => stream;

    public abstract Task ContextReadAsync(long bytes, CancellationToken ct);

    public abstract Task StartStepAsync(BuildStep step, CancellationToken ct);

    public abstract Task LogAsync(BuildStep step, bool isError, string text, CancellationToken ct);

    public abstract Task EndStepAsync(BuildStep step, bool cached, string key, CancellationToken ct);

    public abstract Task FailStepAsync(BuildStep step, string message, CancellationToken ct);

    public abstract Task DoneAsync(LocalImage image, IReadOnlyList<ImageName> tags, CancellationToken ct);

    /// <summary>The builder's message for a failed command.</summary>
    public abstract string CommandFailed(IReadOnlyList<string> command, int exitCode);

    /// <summary>The builder's message for a missing file.</summary>
    public abstract string FileMissing(BuildStep step, string path);

    public Task FailAsync(BuildException failure, CancellationToken ct)
    {
        var detail = new JsonObject { ["message"] = failure.Message };
        if (failure.ExitCode != 0)
            detail["code"] = failure.ExitCode;
        return stream.WriteAsync(new JsonObject { ["errorDetail"] = detail, ["error"] = failure.Message }, ct);
    }
}
