using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>Builds by a real engine, and their errors.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class BuildTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new BuildFolder()
        .With("Dockerfile", "FROM scratch\nCOPY app.txt /app.txt\nLABEL dev.rsolv.test=published\n")
        .With("app.txt", "hello");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_stages_run_on_a_base_image_and_keep_links_and_modes()
    {
        await docker.RequireAsync(Ct);
        _folder.With("bin/run.sh", "echo run").With("Dockerfile", $"""
            FROM {DockerServer.BaseImage} AS build
            ARG GREETING
            COPY . /src
            RUN echo "$GREETING from $(readlink /src/link) $(stat -c %a /src/bin/run.sh)" | cat > /out.txt && cat /out.txt
            FROM scratch
            COPY --from=build /out.txt /out.txt
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder.Path, "bin/run.sh"), (UnixFileMode)Convert.ToInt32("750", 8));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), "bin/run.sh");
        var reporter = new RecordingReporter();
        Target target = _folder.Target(
            docker.Registry, docker.Host, i => i with { Args = new Dictionary<string, string> { ["GREETING"] = "greetings" } });

        PublishedImage image = await PublishAsync(target, reporter);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Contains(reporter.Lines, line => line.Trim() == "*** from bin/run.sh 750");
    }

    [Fact]
    public async Task A_failing_step_is_reported_with_its_last_lines()
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nARG TOKEN\nRUN seq 1 40 && echo key $TOKEN && exit 7\n");
        Target target = _folder.Target(
            docker.Registry, docker.Host, i => i with { Args = new Dictionary<string, string> { ["TOKEN"] = "sbxsecret-token" } });

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(target, SilentReporter.Instance));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains("RUN seq 1 40", fault.Message, StringComparison.Ordinal);
        Assert.Contains("exit code: 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Range(22, 19).Select(n => $"  {n}"), "  key ***"], fault.Message.Split('\n')[^20..]);
        Assert.DoesNotContain("sbxsecret", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task A_file_that_COPY_does_not_find_is_reported_with_the_step(string buildkit)
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nCOPY not-there.txt /\n");

        var fault = await Assert.ThrowsAsync<PublishException>(
            () => new ImagePublisher(new DockerEnvironment(name => name == "DOCKER_BUILDKIT" ? buildkit : null, _folder.Path))
                .PublishAsync(
                    PublishPlanner.Plan(_folder.Target(docker.Registry, docker.Host), "p1", DateTimeOffset.UtcNow),
                    new PublishRun("run-1", SilentReporter.Instance),
                    Ct));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains("COPY not-there.txt /", fault.Message, StringComparison.Ordinal);
        Assert.Matches("not-there.txt.*(not found|no such file)", fault.Message);
    }

    [Fact]
    public async Task Odd_names_pipes_and_sockets_do_not_fail_a_build()
    {
        await docker.RequireAsync(Ct);
        string[] names = ["my file.txt", "ä ö/файл 文.txt", "-dash", "quote'\".txt", "star*.txt", "tab\t.txt"];
        foreach (string name in names) _folder.With(name, name);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "app.sock")));
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(_folder.Path, "pipe")])) await mkfifo.WaitForExitAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nCOPY . /ctx\nRUN cd /ctx && find . -type f | sort && find . -type s\n");
        var reporter = new RecordingReporter();

        PublishedImage image = await PublishAsync(_folder.Target(docker.Registry, docker.Host), reporter);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        var files = reporter.Lines.Where(line => line.StartsWith("  ./", StringComparison.Ordinal)).Select(line => line[4..]).ToList();
        Assert.All(names, name => Assert.Contains(name, files));
        Assert.DoesNotContain("app.sock", files);
    }

    [Fact]
    public async Task A_Dockerfile_that_cannot_be_read_is_a_failed_build()
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", "FORM scratch\n");

        var fault = await Assert.ThrowsAsync<PublishException>(() =>
            PublishAsync(_folder.Target(docker.Registry, docker.Host), SilentReporter.Instance));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains("unknown instruction", fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Files_that_dockerignore_excludes_do_not_reach_the_engine()
    {
        await docker.RequireAsync(Ct);
        _folder.With(
            ".dockerignore", "# secrets\n*.env\n**/node_modules\n!**/node_modules/kept.js\ndocs/*.md\n!docs/README.md\nDockerfile\n")
            .With("prod.env").With("lib/prod.env").With("node_modules/a.js").With("lib/node_modules/kept.js").With("lib/node_modules/b.js")
            .With("docs/guide.md").With("docs/README.md").With("docs/sub/deep.md")
            .With("Dockerfile", $"FROM {DockerServer.BaseImage}\nCOPY . /ctx\nRUN cd /ctx && find . -type f | sort\n");
        var reporter = new RecordingReporter();

        await PublishAsync(_folder.Target(docker.Registry, docker.Host), reporter);

        Assert.Equal(
            [
                "./.dockerignore", "./Dockerfile", "./app.txt", "./docs/README.md", "./docs/sub/deep.md", "./lib/node_modules/kept.js",
                "./lib/prod.env",
            ],
            reporter.Lines.Select(line => line.Trim()).Where(line => line.StartsWith("./", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_context_that_cannot_be_packed_is_reported_as_such()
    {
        await docker.RequireAsync(Ct);
        _folder.With(".dockerignore", "broken[\n");

        var fault = await Assert.ThrowsAsync<PublishException>(() =>
            PublishAsync(_folder.Target(docker.Registry, docker.Host), SilentReporter.Instance));

        Assert.Equal("DockerIgnoreInvalid", fault.Id);
    }

    [Fact]
    public async Task A_context_larger_than_any_buffer_is_streamed()
    {
        await docker.RequireAsync(Ct);
        byte[] block = RandomNumberGenerator.GetBytes(1 << 20);
        await using (FileStream large = File.Create(Path.Combine(_folder.Path, "app.txt")))
        {
            for (int i = 0; i < 64; i++) await large.WriteAsync(block, Ct);
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        PublishedImage image = await PublishAsync(_folder.Target(docker.Registry, docker.Host), SilentReporter.Instance);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.True(image.Size >= 64 << 20);
        Assert.True(allocated < 48 << 20, $"{allocated} bytes were allocated for a context of 64 MiB.");
    }

    [Fact]
    public async Task Cancelling_ends_the_build_on_the_engine()
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nRUN echo now && sleep 31415\n");
        var reporter = new RecordingReporter { Awaited = "now" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task<PublishedImage> publish = PublishAsync(_folder.Target(docker.Registry, docker.Host), reporter, stop.Token);
        await Task.WhenAny(reporter.Arrived, publish);
        // The name of the step contains the word too, and is reported before the step runs.
        Assert.True(
            await Polling.UntilAsync(() => Task.FromResult(RunningProgram.IsRunning("sleep", "31415")), TimeSpan.FromSeconds(10), Ct),
            "The step never ran.");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        Assert.True(
            await Polling.UntilAsync(() => Task.FromResult(!RunningProgram.IsRunning("sleep", "31415")), TimeSpan.FromSeconds(10), Ct),
            "The step still runs.");
    }

    private Task<PublishedImage> PublishAsync(Target target, IReporter reporter, CancellationToken? ct = null) =>
        new ImagePublisher(new DockerEnvironment(_ => null, _folder.Path))
            .PublishAsync(
                PublishPlanner.Plan(target, "p1", DateTimeOffset.UtcNow) with { NetworkMode = "host" },
                new PublishRun("run-1", reporter),
                ct ?? Ct);
}
