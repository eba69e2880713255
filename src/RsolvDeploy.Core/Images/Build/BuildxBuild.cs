using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;
using RsolvDeploy.Programs;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Build;

/// <summary>One build by the program <c>docker buildx build</c>. When it is cancelled the program is killed, and its connection ends the build.</summary>
internal sealed class BuildxBuild(DockerEndpoint endpoint, ImagePlan plan, ImageSource? source, DockerEnvironment environment, IReporter reporter)
{
    private const int KeptLines = 20;

    private readonly ImageSettings _image = plan.Target.Image!;
    private readonly Queue<string> _words = new();

    /// <summary>What a build came to.</summary>
    /// <param name="Evidence">In words, what was done.</param>
    /// <param name="Digest">The digest that buildx pushed, or its engine's id of the image; null when it said none.</param>
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
            var command = BuildxCommand.Create(plan, _image, source, secrets, metadata, endpoint, environment.ConfigFolder);
            int code = await RunAsync(program.Path, command, line => Take(line, progress, redaction), ct);
            if (code != 0) throw BuildFault.From(plan, string.Join('\n', _words), progress, redaction);
            JsonNode? said = File.Exists(metadata) ? JsonNode.Parse(await File.ReadAllTextAsync(metadata, ct)) : null;
            string evidence = $"{progress.StepCount} steps ({progress.CachedSteps} cached) by {version} for {string.Join(", ", BuildxRequirements.For(_image))}";
            return new Result(evidence, (said as JsonObject).At("containerimage.digest").Text());
        }
        finally
        {
            progress.Complete();
            folder.Delete(recursive: true);
        }
    }

    private void Take(string line, BuildProgress progress, SecretValues redaction)
    {
        if (BuildxTrace.Parse(line) is { } trace)
        {
            progress.Add(trace);
            return;
        }

        if (line.Length == 0) return;
        _words.Enqueue(line);
        if (_words.Count > KeptLines) _words.Dequeue();
        reporter.Verbose(redaction.Apply(line));
    }

    private static async Task<int> RunAsync(string docker, BuildxCommand command, Action<string> take, CancellationToken ct)
    {
        var start = new ProgramStart(docker, command.Arguments) { Variables = command.Environment, ErrorLine = take };
        try
        {
            ProcessResult result = await ChildProcess.RunAsync(start, TimeProvider.System, ct);
            foreach (string line in result.Output.Split('\n')) take(line.TrimEnd('\r'));
            return result.ExitCode;
        }
        catch (ProgramStartException e)
        {
            throw new DeployException("BuildxMissing", FaultCategory.ObjectNotFound, $"The program {e.Message}", "Install the docker program with its buildx plugin.", e);
        }
    }
}
