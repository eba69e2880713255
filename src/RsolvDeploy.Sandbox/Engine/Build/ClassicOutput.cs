using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>The classic builder: steps and their output as one text.</summary>
internal sealed class ClassicOutput(JsonStream stream) : BuildOutput(stream)
{
    public override Task ContextReadAsync(long bytes, CancellationToken ct) => Task.CompletedTask;

    public override async Task StartStepAsync(BuildStep step, CancellationToken ct)
    {
        await WriteLineAsync($"Step {step.Number}/{step.Count} : {step.Text}", ct);
        await WriteLineAsync("\n", ct);
        if (step.Text.StartsWith("RUN ", StringComparison.Ordinal))
            await WriteLineAsync($" ---> Running in {Digest.Short(step.Vertex)}\n", ct);
    }

    public override Task LogAsync(BuildStep step, bool isError, string text, CancellationToken ct) =>
        WriteLineAsync(isError ? $"\u001b[91m{text}\n\u001b[0m" : text + "\n", ct);

    public override async Task EndStepAsync(BuildStep step, bool cached, string key, CancellationToken ct)
    {
        if (cached)
            await WriteLineAsync(" ---> Using cache\n", ct);
        await WriteLineAsync($" ---> {Digest.Short(key)}\n", ct);
    }

    public override Task FailStepAsync(BuildStep step, string message, CancellationToken ct) => Task.CompletedTask;

    public override async Task DoneAsync(LocalImage image, IReadOnlyList<ImageName> tags, CancellationToken ct)
    {
        await Stream.WriteAsync(new JsonObject { ["aux"] = new JsonObject { ["ID"] = image.Id } }, ct);
        await WriteLineAsync($"Successfully built {Digest.Short(image.Id)}\n", ct);
        foreach (var tag in tags)
            await WriteLineAsync($"Successfully tagged {tag.Tagged}\n", ct);
    }

    public override string CommandFailed(IReadOnlyList<string> command, int exitCode) =>
        $"The command '{string.Join(' ', command)}' returned a non-zero code: {exitCode}";

    public override string FileMissing(BuildStep step, string path) =>
        $"{step.Text.Split(' ')[0]} failed: file not found in build context or excluded by .dockerignore: stat {path}: file does not exist";

    private Task WriteLineAsync(string text, CancellationToken ct) => Stream.WriteAsync(new JsonObject { ["stream"] = text }, ct);
}
