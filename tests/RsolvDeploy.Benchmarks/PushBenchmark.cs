using System.Globalization;
using System.Security.Cryptography;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Benchmarks;

/// <summary>
/// Three tags of a 200 MB image pushed to an empty repository, against <c>docker build</c> and <c>docker push</c> of each. The
/// bytes sent are printed too.
/// </summary>
internal sealed class PushBenchmark : IAsyncDisposable
{
    private const int Layers = 4;
    private const int LayerSize = 50_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-push-").FullName;
    private ServerProgram? _engine;
    private RegistryProxy? _proxy;

    private string Host => $"unix://{_folder}/engine.sock";

    public static async Task<IReadOnlyList<Candidate>> PrepareAsync()
    {
        var benchmark = new PushBenchmark();
        await benchmark.StartAsync();
        return
        [
            new("docker build, tag and push of three tags", () => benchmark.CountAsync("docker", benchmark.DockerAsync)),
            new("Publish-RsolvImage, three tags", () => benchmark.CountAsync("ours", benchmark.OursAsync)) { Owns = benchmark },
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync($"{_folder}/engine.json", "{}");
        _engine = await ServerProgram.StartAsync(
            "dockerd",
            [
                "--data-root", $"{_folder}/data", "--exec-root", $"{_folder}/exec", "--pidfile", $"{_folder}/engine.pid", "--host", Host,
                "--bridge=none", "--iptables=false", "--storage-driver=vfs", "--config-file", $"{_folder}/engine.json",
            ],
            () => Task.FromResult(File.Exists($"{_folder}/engine.sock")),
            CancellationToken.None);
        var context = Directory.CreateDirectory($"{_folder}/context").FullName;
        for (var i = 0; i < Layers; i++) await File.WriteAllBytesAsync($"{context}/{i}.bin", RandomNumberGenerator.GetBytes(LayerSize));
        await File.WriteAllLinesAsync(
            $"{context}/Dockerfile", ["FROM scratch", .. Enumerable.Range(0, Layers).Select(i => $"COPY {i}.bin /{i}.bin")]);
    }

    private async Task CountAsync(string name, Func<Task> run)
    {
        // A new registry each time: it has no layer of the image, and the engine knows no repository to mount layers from.
        await using RegistryServer registry = await RegistryServer.StartAsync(null, CancellationToken.None);
        await using var proxy = new RegistryProxy(registry.Host);
        _proxy = proxy;
        await run();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {name}: {proxy.Uploaded / 1e6:0.0} MB sent"));
    }

    private async Task DockerAsync()
    {
        var name = $"{_proxy!.Host}/rsolv-dev/app";
        await ChildProgram.RunAsync("/usr/bin/env", "DOCKER_BUILDKIT=1", "/usr/bin/docker", "--host", Host, "build", "--quiet", "--tag",
            $"{name}:stamp", $"{_folder}/context");
        foreach (var tag in (string[])["phase", "latest"])
            await ChildProgram.RunAsync("/usr/bin/docker", "--host", Host, "tag", $"{name}:stamp", $"{name}:{tag}");
        foreach (var tag in (string[])["stamp", "phase", "latest"])
            await ChildProgram.RunAsync("/usr/bin/docker", "--host", Host, "push", "--quiet", $"{name}:{tag}");
    }

    private async Task OursAsync()
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "/etc/rsolv.yaml",
            Namespace = "rsolv-production",
            Deployment = "rsolv-platform",
            Environment = "production",
            Image = new ImageSettings { Repository = $"{_proxy!.Host}/rsolv-dev/app", Context = $"{_folder}/context", Builder = Host },
        };
        await new ImagePublisher(new DockerEnvironment(_ => null, _folder)).PublishAsync(
            PublishPlanner.Plan(target, "p1", DateTimeOffset.UtcNow),
            new PublishRun("run-1", SilentReporter.Instance),
            CancellationToken.None);
    }
}
