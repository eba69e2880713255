using Docker.DotNet.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>environment.builder</c>: the Docker Engine that would build responds, has the configured builder, builds for the
/// right platform and has room.
/// </summary>
internal static class Builder
{
    // An image lies there twice while it is built: its layers and the builder's cache of them.
    private const int TimesTheImage = 2;

    // The driver of buildx that is the engine's own BuildKit.
    private const string EngineDriver = "docker";

    // How an engine reports that it keeps its images in containerd, and with them indexes of several platforms.
    private const string ContainerdStore = "io.containerd.snapshotter.v1";

    public static async Task<CheckOutcome> EvaluateAsync(
        Target target, ImageSettings image, DockerEnvironment environment, CancellationToken ct)
    {
        var endpoint = DockerEndpoint.For(target, environment);
        var (driver, kind) = await KindAsync(new BuildxProgram(endpoint, target, environment), image, environment, ct);
        if (BuildxRequirements.IsIndex(image) && driver is not (null or EngineDriver))
            // the free disk of such a builder cannot be read
            return CheckOutcome.Met($"{kind}, which pushes by itself: no engine is needed");

        using var engine = await DockerEngine.ConnectAsync(endpoint, environment.Time, ct);
        SystemInfoResponse info = await engine.AskAsync((client, token) => client.System.GetSystemInfoAsync(token), ct);
        var platform = $"{info.OSType}/{Architecture(info.Architecture)}";
        var free = endpoint.Address.Scheme == "unix" && Directory.Exists(info.DockerRootDir)
            ? new DriveInfo(info.DockerRootDir).AvailableFreeSpace
            : (long?)null;
        var evidence = $"Docker Engine {engine.Version} at {endpoint}, builds {platform} by {kind}, "
            + $"{(free is { } bytes ? $"{ByteSize.Format(bytes)} free" : "free disk not known (the engine is on another machine)")}";
        if (Lacks(engine, info, driver, image, environment) is { } lack) return lack;
        var needed = image.MaxSize * TimesTheImage;
        var outcome = free < needed
            ? CheckOutcome.NotMet(
                $"{evidence}; an image of up to {ByteSize.Format(image.MaxSize!.Value)} needs twice that",
                "Free space there (docker system prune), or build elsewhere.")
            : image.Platforms is { Count: > 0 } wanted && !wanted.Contains(platform)
            ? CheckOutcome.Warning(
                $"{evidence}; {string.Join(", ", wanted)} is wanted", "Build on an engine of this platform, or have one that emulates it.")
            : CheckOutcome.Met(evidence);
        return free is null ? outcome : outcome.Compared(needed, free);
    }

    // What would build, in words, and the driver of buildx when it is that.
    private static async Task<(string? Driver, string Words)> KindAsync(
        BuildxProgram buildx, ImageSettings image, DockerEnvironment environment, CancellationToken ct)
    {
        if (BuildxRequirements.For(image).Count == 0)
            return (null, environment.WantsClassicBuilder ? "the classic builder (DOCKER_BUILDKIT=0)" : "BuildKit");
        var version = await buildx.VersionAsync(ct);
        var driver = await buildx.DriverAsync(ct);
        return (driver, $"{version} (driver {driver})");
    }

    private static CheckOutcome? Lacks(
        DockerEngine engine, SystemInfoResponse info, string? driver, ImageSettings image, DockerEnvironment environment)
    {
        var needsBuildKit = driver is null ? !environment.WantsClassicBuilder : driver == EngineDriver;
        if (needsBuildKit && !engine.HasBuildKit)
        {
            var other = driver is null
                ? "set DOCKER_BUILDKIT=0 for the classic builder"
                : "name a builder with another driver by image.buildx";
            return CheckOutcome.NotMet(
                $"Docker Engine {engine.Version} at {engine.Endpoint} has no BuildKit, which is to build here",
                $"Update the engine to 18.09 or later, or {other}.");
        }

        return driver != EngineDriver
            || !BuildxRequirements.IsIndex(image)
            || (info.DriverStatus ?? []).Any(line => line.Contains(ContainerdStore))
            ? null
            : CheckOutcome.NotMet(
                $"The engine's own builder at {engine.Endpoint} makes no index, which is needed by "
                    + $"{string.Join(", ", BuildxRequirements.For(image))}",
                "Make a builder with another driver (docker buildx create --driver docker-container), and name it by image.buildx.");
    }

    private static string Architecture(string machine) => machine switch { "x86_64" => "amd64", "aarch64" => "arm64", _ => machine };
}
