using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Json;
using RsolvDeploy.Programs;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Build;

/// <summary>One build by the program <c>docker buildx build</c>. Cancellation kills the program, which ends the build.</summary>
internal sealed class BuildxBuild(
    DockerEndpoint endpoint, ImagePlan plan, ImageSource? source, DockerEnvironment environment, IReporter reporter)
{
    private const int LastLineCount = 20;

    private readonly ImageSettings _image = plan.Target.Image!;
    private readonly Queue<string> _lastLines = new();

    /// <summary>The result of a build.</summary>
    /// <param name="Evidence">What was done, for people.</param>
    /// <param name="Digest">The digest that buildx pushed, or the engine's id of the image; null when it reported none.</param>
    internal sealed record Result(string Evidence, string? Digest);

    public async Task<Result> RunAsync(CancellationToken ct)
    {
        var program = new BuildxProgram(endpoint, plan.Target, environment);
        string version = await program.VersionAsync(ct);
        BuildSecrets secrets = await BuildSecrets.ReadAsync(plan.Target, environment, reporter, ct);
        var redaction = new SecretValues([.. _image.Args.Values, .. secrets.Values]);
        var progress = new BuildProgress($"Building {plan.Repository}", redaction, reporter);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rsolv-buildx-");
        try
        {
            string metadata = Path.Combine(folder.FullName, "metadata.json");
            var command = BuildxCommand.Create(
                plan, source, secrets, metadata, BuildxCommand.EngineVariables(endpoint, environment.ConfigFolder));
            int code = await RunAsync(
                program.Path, command, plan.DockerfileText?.Content, line => AddLine(line, progress, redaction), ct);
            if (code != 0) throw BuildFault.From(plan, string.Join('\n', _lastLines), progress, redaction);

            string evidence = $"{progress.StepCount} steps ({progress.CachedSteps} cached) by {version} for "
                + $"{string.Join(", ", BuildxRequirements.For(_image))}";
            return new Result(evidence, await ReadDigestAsync(metadata, ct));
        }
        finally
        {
            progress.Complete();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string?> ReadDigestAsync(string metadata, CancellationToken ct)
    {
        if (!File.Exists(metadata)) return null;
        try
        {
            return StrictJson.Parse(await File.ReadAllTextAsync(metadata, ct)).At("containerimage.digest").Text();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void AddLine(string line, BuildProgress progress, SecretValues redaction)
    {
        if (BuildxTrace.Parse(line) is { } trace)
        {
            progress.Add(trace);
            return;
        }

        if (line.Length == 0) return;
        _lastLines.Enqueue(line);
        if (_lastLines.Count > LastLineCount) _lastLines.Dequeue();
        reporter.Verbose(redaction.Apply(line));
    }

    private static async Task<int> RunAsync(
        string docker, BuildxCommand command, string? input, Action<string> take, CancellationToken ct)
    {
        var start = new ProgramStart(docker, command.Arguments) { Variables = command.Environment, Input = input, ErrorLine = take };
        try
        {
            ProcessResult result = await ChildProcess.RunAsync(start, TimeProvider.System, ct);
            foreach (string line in result.Output.Split('\n')) take(line.TrimEnd('\r'));
            return result.ExitCode;
        }
        catch (ProgramStartException e)
        {
            throw new DeployException(
                "BuildxMissing",
                FaultCategory.ObjectNotFound,
                $"The program {e.Message}",
                "Install the docker program with its buildx plugin.",
                e);
        }
    }
}
