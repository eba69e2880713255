using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real buildkitd on a socket of its own, for what an engine's own builder cannot: indexes, attestations, a cache in a registry.</summary>
internal sealed class BuildKitServer : IAsyncDisposable
{
    private readonly DockerProgram _program;
    private readonly string _folder;

    private BuildKitServer(DockerProgram program, string folder)
    {
        _program = program;
        _folder = folder;
    }

    /// <summary>Starts it; the test is skipped in plain words where it is not installed.</summary>
    public static async Task<BuildKitServer> RequireAsync(CancellationToken ct)
    {
        string? why = DockerProgram.Find("buildkitd") is null ? "The program buildkitd is not installed (Debian has no package of it), so this test has no real builder of indexes to ask."
            : DockerProgram.WhyMissing("runc", "runc");
        Assert.SkipWhen(why is not null, why ?? "");
        string folder = Directory.CreateTempSubdirectory("rsolv-buildkit-").FullName;
        string socket = Path.Combine(folder, "buildkitd.sock");
        await File.WriteAllTextAsync(Path.Combine(folder, "buildkitd.toml"), "", ct);
        DockerProgram program = await DockerProgram.StartAsync(
            "buildkitd",
            ["--config", $"{folder}/buildkitd.toml", "--root", $"{folder}/root", "--addr", $"unix://{socket}", "--containerd-worker=false", "--oci-worker-snapshotter=native", "--oci-worker-net=host", $"--oci-worker-binary={DockerProgram.Find("runc")}"],
            () => Task.FromResult(File.Exists(socket)),
            ct);
        return new BuildKitServer(program, folder);
    }

    /// <summary>Makes it known to buildx in a docker configuration folder, and says its name there.</summary>
    public async Task<string> RegisterAsync(string configFolder, CancellationToken ct)
    {
        const string Name = "rsolv-test";
        var start = new ProcessStartInfo("docker") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["buildx", "create", "--name", Name, "--driver", "remote", $"unix://{_folder}/buildkitd.sock"]) start.ArgumentList.Add(argument);
        start.Environment["DOCKER_CONFIG"] = configFolder;
        using var create = Process.Start(start)!;
        Task<string> errors = create.StandardError.ReadToEndAsync(ct);
        await create.WaitForExitAsync(ct);
        Assert.True(create.ExitCode == 0, await errors);
        return Name;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
