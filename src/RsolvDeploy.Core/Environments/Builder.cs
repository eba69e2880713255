using Docker.DotNet.Models;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;

namespace RsolvDeploy.Environments;

/// <summary>Whether the Docker Engine that would build answers, builds for the right platform and has room.</summary>
internal static class Builder
{
    // An image lies there twice while it is built: its layers and the builder's cache of them.
    private const int TimesTheImage = 2;

    public static async Task<Found> LookAsync(Target target, CancellationToken ct)
    {
        using var engine = await DockerEngine.ConnectAsync(DockerEndpoint.Resolve(target.Image?.Builder, DockerEnvironment.Current), ct);
        SystemInfoResponse info = await engine.AskAsync(client => client.System.GetSystemInfoAsync(ct), ct);
        var platform = $"{info.OSType}/{Architecture(info.Architecture)}";
        var free = engine.Endpoint.Address.Scheme == "unix" && Directory.Exists(info.DockerRootDir) ? new DriveInfo(info.DockerRootDir).AvailableFreeSpace : (long?)null;
        var evidence = $"Docker Engine {engine.Version} at {engine.Endpoint}, builds {platform}, {(free is { } bytes ? $"{ByteSize.Show(bytes)} free" : "free disk not known (the engine is on another machine)")}";
        if (free is { } left && target.Image?.MaxSize is { } limit && left < limit * TimesTheImage)
            return Found.Failed($"{evidence}; an image of up to {ByteSize.Show(limit)} needs twice that", "Free space there (docker system prune), or build elsewhere.");
        return target.Image?.Platforms is { Count: > 0 } wanted && !wanted.Contains(platform)
            ? Found.Warning($"{evidence}; {string.Join(", ", wanted)} is wanted", "Build on an engine of this platform, or have one that emulates it.")
            : Found.Passed(evidence);
    }

    private static string Architecture(string machine) => machine switch { "x86_64" => "amd64", "aarch64" => "arm64", _ => machine };
}
