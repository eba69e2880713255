using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// One build by the engine, with BuildKit or the classic builder. Cancellation closes the connection, which ends the build.
/// </summary>
internal sealed class ImageBuild(DockerEngine engine, ImagePlan plan, ImageSource? source, IReporter reporter)
{
    private const int LongestLine = 16 * 1024 * 1024;

    private readonly IReadOnlyDictionary<string, string> _arguments = plan.Target.Image!.Args;
    private readonly SecretValues _redaction = new(plan.Target.Image!.Args.Values);
    private DeployException? _contextError;
    private BuildContext? _context;

    /// <summary>Whether the classic builder is used.</summary>
    public bool IsClassic { get; init; }

    /// <summary>Builds the first tag of the plan; returns the evidence, for people.</summary>
    public async Task<string> RunAsync(CancellationToken ct)
    {
        var progress = new BuildProgress($"Building {plan.Repository}", _redaction, reporter);
        _context = plan.DockerfileText is { } text
            ? new BuildContext(plan.ContextFolder, text, IsClassic)
            : new BuildContext(plan.ContextFolder, plan.Dockerfile, IsClassic);
        if (_context.OutsideName is { } name && !IsClassic)
            reporter.Warning($"{plan.Dockerfile} is outside of the build context and is sent in it as {name}; 'COPY .' copies it too.");
        try
        {
            string? error = null;
            await foreach (JsonObject message in SendAsync(ct)) error ??= Read(message, progress);
            if (error is not null) throw Failed(error, progress);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw InvalidResponse();
        }
        finally
        {
            progress.Complete();
        }

        return $"{progress.StepCount} steps ({progress.CachedSteps} cached) by Docker Engine {engine.Version} at {engine.Endpoint}";
    }

    /// <summary>Reads a message of the engine; returns its error, or null.</summary>
    private static string? Read(JsonObject message, BuildProgress progress)
    {
        if (message["aux"].Text() is { } aux && message["id"].Text() == "moby.buildkit.trace")
            progress.Add(BuildTrace.Parse(Convert.FromBase64String(aux)));
        else if (message["stream"].Text() is { } text)
            progress.Add(text);
        string? error = message.At("errorDetail", "message").Text() ?? message["error"].Text();
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
            Stream response = await StartAsync(context, ct);
            await using var closing = response;
            using var reader = new StreamReader(response);
            var lines = new BoundedLines(reader, LongestLine);
            while (await ReadAsync(lines, ct) is { } line)
            {
                if (line.Length > 0) yield return Parse(line);
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
            Dockerfile = _context!.OutsideName ?? plan.Dockerfile,
            Tags = [plan.References[0]],
            BuildArgs = _arguments.ToDictionary(a => a.Key, a => a.Value),
            Labels = ImageLabels.Create(source),
            NoCache = plan.NoCache,
            Platform = plan.Platform,
            Target = plan.BuildTarget,
            NetworkMode = plan.NetworkMode,
            Version = IsClassic ? "1" : "2",
        };
        try
        {
            // The other overload reads the response itself and does not know BuildKit's messages.
#pragma warning disable CS0618
            return await engine.SendAsync(client => client.Images.BuildImageFromDockerfileAsync(context, parameters, ct), ct);
#pragma warning restore CS0618
        }
        catch (DeployException) when (_contextError is not null)
        {
            throw _contextError;
        }
        catch (DockerApiException e)
        {
            throw Failed(EngineMessage.From(e), new BuildProgress("", _redaction, SilentReporter.Instance));
        }
    }

    private Task<string?> ReadAsync(BoundedLines lines, CancellationToken ct) =>
        engine.SendAsync(
            async _ =>
            {
                using var limit = engine.LimitSilence();
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
                return await lines.NextAsync(both.Token);
            },
            ct);

    private async Task PackAsync(PipeWriter writer, CancellationToken ct)
    {
        try
        {
            await _context!.WriteAsync(writer.AsStream(leaveOpen: true), ct);
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            _contextError = e as DeployException ?? (e is IOException or UnauthorizedAccessException ? Unreadable(e) : null);
            // The engine must see that the archive is incomplete, or it would build half a context.
            await writer.CompleteAsync(e);
            throw;
        }
    }

    private DeployException InvalidResponse() => new(
        "BuildFailed",
        FaultCategory.ProtocolError,
        $"The Docker Engine at {engine.Endpoint} sent an invalid message.",
        "Check that the address is that of a Docker Engine, and that no proxy before it changes its responses.")
    { Subject = engine.Endpoint.Address.ToString() };

    private JsonObject Parse(string line)
    {
        try
        {
            return StrictJson.Parse(line) as JsonObject ?? throw InvalidResponse();
        }
        catch (JsonException)
        {
            throw InvalidResponse();
        }
    }

    private DeployException Unreadable(Exception e) => new(
        "BuildContextUnreadable",
        FaultCategory.ReadError,
        $"The build context {plan.ContextFolder} cannot be read: {e.Message}",
        "Make it readable, or exclude the path by .dockerignore.",
        e)
    { Subject = plan.ContextFolder };

    private DeployException Failed(string error, BuildProgress progress) =>
        BuildFault.From(plan, error, progress, _redaction, IsClassic || !engine.HasBuildKit);
}
