using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>
/// A real buildkitd on its own socket, for what the builder of an engine does not support: indexes, attestations, a cache in a registry.
/// </summary>
internal sealed class BuildKitServer : IAsyncDisposable
{
    private readonly ServerProgram _program;
    private readonly string _folder;

    private BuildKitServer(ServerProgram program, string folder)
    {
        _program = program;
        _folder = folder;
    }

    /// <summary>Starts it; skips the test when it is not installed.</summary>
    public static async Task<BuildKitServer> RequireAsync(CancellationToken ct)
    {
        string? why = ServerProgram.Find("buildkitd") is null
            ? "The program buildkitd is not installed (Debian has no package of it), and this test needs it."
            : ServerProgram.WhyMissing("runc", "runc");
        Assert.SkipWhen(why is not null, why ?? "");
        string folder = Directory.CreateTempSubdirectory("rsolv-buildkit-").FullName;
        string socket = Path.Combine(folder, "buildkitd.sock");
        await File.WriteAllTextAsync(Path.Combine(folder, "buildkitd.toml"), "", ct);
        ServerProgram program = await ServerProgram.StartAsync(
            "buildkitd",
            [
                "--config",
                $"{folder}/buildkitd.toml",
                "--root",
                $"{folder}/root",
                "--addr",
                $"unix://{socket}",
                "--containerd-worker=false",
                "--oci-worker-snapshotter=native",
                "--oci-worker-net=host",
                $"--oci-worker-binary={ServerProgram.Find("runc")}",
            ],
            () => Task.FromResult(File.Exists(socket)),
            ct);
        return new BuildKitServer(program, folder);
    }

    /// <summary>Registers it with buildx in a docker configuration folder and returns its name there.</summary>
    public async Task<string> RegisterAsync(string configFolder, CancellationToken ct)
    {
        const string Name = "rsolv-test";
        var start = new ProcessStartInfo("docker") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])
        [
            "buildx", "create", "--name", Name, "--driver", "remote", $"unix://{_folder}/buildkitd.sock",
        ])
        {
            start.ArgumentList.Add(argument);
        }

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
