using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Build;

/// <summary>One build through the engine, by BuildKit or by the classic builder. When it is cancelled the connection ends, and with it the build.</summary>
internal sealed class ImageBuild(DockerEngine engine, ImagePlan plan, IReadOnlyDictionary<string, string> arguments, ImageSource? source, IReporter reporter, bool classic = false)
{
    private readonly SecretValues _redaction = new(arguments.Values);
    private DeployException? _packingFault;

    /// <summary>Builds, under the first of the plan's names. Returns in words what was done.</summary>
    public async Task<string> RunAsync(CancellationToken ct)
    {
        var progress = new BuildProgress($"Building {plan.Repository}", _redaction, reporter);
        try
        {
            string? error = null;
            await foreach (JsonObject message in SendAsync(ct)) error ??= Read(message, progress);
            if (error is not null) throw Failed(error, progress);
        }
        finally
        {
            progress.Complete();
        }

        return $"{progress.StepCount} steps ({progress.CachedSteps} cached) by Docker Engine {engine.Version} at {engine.Endpoint}";
    }

    /// <summary>Takes in a message of the engine; returns the error that it tells, if any.</summary>
    private static string? Read(JsonObject message, BuildProgress progress)
    {
        if (message["aux"] is JsonValue aux && (string?)message["id"] == "moby.buildkit.trace")
            progress.Add(BuildTrace.Parse(Convert.FromBase64String((string)aux!)));
        else if (message["stream"] is JsonValue text)
            progress.Add((string)text!);
        string? error = (string?)message["errorDetail"]?["message"] ?? (string?)message["error"];
        if (error is not null) progress.Fail(error);
        return error;
    }

    private async IAsyncEnumerable<JsonObject> SendAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task packing = PackAsync(pipe.Writer, stop.Token);
        try
        {
            await using Stream context = pipe.Reader.AsStream();
            Stream answer = await StartAsync(context, ct);
            await using var closing = answer;
            using var lines = new StreamReader(answer);
            while (await ReadAsync(lines, ct) is { } line)
            {
                if (line.Length > 0) yield return (JsonObject)JsonNode.Parse(line)!;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await packing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Stream> StartAsync(Stream context, CancellationToken ct)
    {
        var parameters = new ImageBuildParameters
        {
            Dockerfile = plan.Dockerfile,
            Tags = [plan.References[0]],
            BuildArgs = arguments.ToDictionary(a => a.Key, a => a.Value),
            Labels = ImageLabels.Create(source),
            NoCache = plan.NoCache,
            Platform = plan.Platform,
            Target = plan.BuildTarget,
            NetworkMode = plan.NetworkMode,
            Version = classic ? "1" : "2",
        };
        try
        {
            // The other overload reads the answer itself and does not know BuildKit's messages.
#pragma warning disable CS0618
            return await engine.SendAsync(client => client.Images.BuildImageFromDockerfileAsync(context, parameters, ct), ct);
#pragma warning restore CS0618
        }
        catch (DeployException) when (_packingFault is not null)
        {
            throw _packingFault;
        }
        catch (DockerApiException e)
        {
            throw Failed(EngineMessage.From(e), new BuildProgress("", _redaction, SilentReporter.Instance));
        }
    }

    private Task<string?> ReadAsync(StreamReader lines, CancellationToken ct) => engine.SendAsync(_ => lines.ReadLineAsync(ct).AsTask(), ct);

    private async Task PackAsync(PipeWriter writer, CancellationToken ct)
    {
        try
        {
            await new BuildContext(plan.ContextFolder, plan.Dockerfile).WriteAsync(writer.AsStream(leaveOpen: true), ct);
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            _packingFault = e as DeployException ?? (e is IOException or UnauthorizedAccessException ? Unreadable(e) : null);
            // The reader has to see that the archive is not whole, or half a context would be built.
            await writer.CompleteAsync(e);
            throw;
        }
    }

    private DeployException Unreadable(Exception e) => new(
        "BuildContextUnreadable",
        FaultCategory.ReadError,
        $"The build context {plan.ContextFolder} cannot be read: {e.Message}",
        "Make it readable, or leave the path out by .dockerignore.",
        e)
    { Subject = plan.ContextFolder };

    private DeployException Failed(string error, BuildProgress progress) => BuildFault.From(plan, error, progress, _redaction);
}
