using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>BuildKit's output: a graph of vertices as protobuf inside JSON.</summary>
internal sealed class BuildKitOutput(JsonStream stream) : BuildOutput(stream)
{
    // Fields of StatusResponse: vertices, their statuses, their logs.
    private const int Vertexes = 1;
    private const int Statuses = 2;
    private const int Logs = 3;

    public override async Task ContextReadAsync(long bytes, CancellationToken ct)
    {
        foreach (string name in (string[])
        [
            "[internal] load build definition from Dockerfile",
            "[internal] load .dockerignore",
            "[internal] load build context",
        ])
        {
            var step = new BuildStep(0, 0, "", name, null);
            await StartStepAsync(step, ct);
            if (name.EndsWith("context", StringComparison.Ordinal))
                await TransferAsync(step, bytes, ct);
            await EndStepAsync(step, cached: false, "", ct);
        }
    }

    public override Task StartStepAsync(BuildStep step, CancellationToken ct) =>
        ReportAsync(step, completed: false, cached: false, null, ct);

    public override Task LogAsync(BuildStep step, bool isError, string text, CancellationToken ct) => SendAsync(
        new TraceMessage().Message(Logs, new TraceMessage()
            .Text(1, step.Vertex)
            .Time(2, DateTimeOffset.UtcNow)
            .Number(3, isError ? 2 : 1)
            .Bytes(4, Encoding.UTF8.GetBytes(text + "\n"))),
        ct);

    public override Task EndStepAsync(BuildStep step, bool cached, string key, CancellationToken ct) =>
        ReportAsync(step, completed: true, cached, null, ct);

    public override Task FailStepAsync(BuildStep step, string message, CancellationToken ct) =>
        ReportAsync(step, completed: true, cached: false, message, ct);

    public override async Task DoneAsync(LocalImage image, IReadOnlyList<ImageName> tags, CancellationToken ct)
    {
        var step = new BuildStep(0, 0, image.Id, "exporting to image", null);
        await StartStepAsync(step, ct);
        foreach (string id in (string[])["exporting layers", $"writing image {image.Id}", .. tags.Select(t => $"naming to {t.Tagged}")])
        {
            var now = DateTimeOffset.UtcNow;
            await SendAsync(
                new TraceMessage().Message(Statuses, new TraceMessage()
                    .Text(1, id).Text(2, step.Vertex).Time(6, now).Time(7, now).Time(8, now)),
                ct);
        }

        await EndStepAsync(step, cached: false, image.Id, ct);
        await Stream.WriteAsync(new JsonObject { ["id"] = "moby.image.id", ["aux"] = new JsonObject { ["ID"] = image.Id } }, ct);
    }

    public override string CommandFailed(IReadOnlyList<string> command, int exitCode) =>
        $"process \"{string.Join(' ', command)}\" did not complete successfully: exit code: {exitCode}";

    public override string FileMissing(BuildStep step, string path)
    {
        string reference = Digest.Short(step.Vertex);
        return $"failed to compute cache key: failed to calculate checksum of ref {reference}::{reference}: \"/{path}\": not found";
    }

    private Task TransferAsync(BuildStep step, long bytes, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow;
        return SendAsync(
            new TraceMessage().Message(Statuses, new TraceMessage()
                .Text(1, "transferring context:").Text(2, step.Vertex).Number(4, bytes).Time(6, now).Time(7, now).Time(8, now)),
            ct);
    }

    private Task ReportAsync(BuildStep step, bool completed, bool cached, string? error, CancellationToken ct)
    {
        if (step.VertexName is null)
            return Task.CompletedTask;
        var vertex = new TraceMessage()
            .Text(1, step.Vertex)
            .Text(2, step.Parent)
            .Text(3, step.VertexName)
            .Number(4, cached ? 1 : 0)
            .Time(5, step.Started)
            .Time(6, completed ? DateTimeOffset.UtcNow : null)
            .Text(7, error);
        return SendAsync(new TraceMessage().Message(Vertexes, vertex), ct);
    }

    private Task SendAsync(TraceMessage message, CancellationToken ct) =>
        Stream.WriteAsync(new JsonObject { ["id"] = "moby.buildkit.trace", ["aux"] = message.ToBase64() }, ct);
}
