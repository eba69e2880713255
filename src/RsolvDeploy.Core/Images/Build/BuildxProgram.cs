using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Images.Build;

/// <summary>The docker program with its buildx plugin, and the builder instance of a target.</summary>
internal sealed class BuildxProgram(DockerEndpoint endpoint, Target target, DockerEnvironment environment)
{
    // buildx waits 20 s for a builder that does not respond.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);

    private readonly ImageSettings _image = target.Image!;

    /// <summary>The full path of the docker program.</summary>
    /// <exception cref="DeployException"><c>BuildxMissing</c>: it is not on the PATH.</exception>
    public string Path => environment.FindProgram("docker") ?? throw Missing("the docker program is not on the PATH");

    /// <summary>The version of buildx, for people.</summary>
    /// <exception cref="DeployException"><c>BuildxMissing</c>: there is none.</exception>
    public async Task<string> VersionAsync(CancellationToken ct)
    {
        ProcessResult result = await RunAsync(["buildx", "version"], ct);
        return result.Succeeded
            && result.Output.Split('\n').FirstOrDefault(line => line.Contains("buildx", StringComparison.Ordinal)) is { } version
            ? "buildx " + (version.Trim().Split(' ').ElementAtOrDefault(1) ?? version)
            : throw Missing("'docker buildx version' does not work");
    }

    /// <summary>The driver of the builder instance; <c>docker</c> is the engine's own BuildKit.</summary>
    /// <exception cref="DeployException"><c>BuildxBuilderMissing</c>: it does not exist, or cannot be reached.</exception>
    public async Task<string> DriverAsync(CancellationToken ct)
    {
        ProcessResult result = await RunAsync(["buildx", "inspect", .. _image.Buildx is { } name ? [name] : Array.Empty<string>()], ct);
        string? error = !result.Succeeded ? result.LastError : Field(result.Output, "Error:");
        return error is null
            ? Field(result.Output, "Driver:") ?? ""
            : throw new DeployException(
                "BuildxBuilderMissing",
                FaultCategory.ObjectNotFound,
                $"The builder {(_image.Buildx is null ? "that buildx uses" : $"'{_image.Buildx}'")} cannot be used: {error}",
                "Create one with 'docker buildx create' or choose one that 'docker buildx ls' lists, and set it "
                    + "as the target's image.buildx.")
            { Subject = _image.Buildx };
    }

    private static string? Field(string output, string name) =>
        output.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim();

    private async Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProgramStart(Path, arguments)
        {
            Variables = BuildxCommand.EngineVariables(endpoint, environment.ConfigFolder),
            Limit = ResponseTimeout,
        };
        try
        {
            return await ChildProcess.RunAsync(start, TimeProvider.System, ct);
        }
        catch (Exception e) when (e is ProgramStartException or TimeoutException)
        {
            throw Missing(e.Message);
        }
    }

    private DeployException Missing(string why) => new(
        "BuildxMissing",
        FaultCategory.ObjectNotFound,
        $"The target {target.Name} needs docker buildx for {string.Join(", ", BuildxRequirements.For(_image))}, but {why}.",
        "Install the buildx plugin of the docker program, or remove these keys from rsolv.yaml.")
    { Subject = target.ConfigurationPath };
}
