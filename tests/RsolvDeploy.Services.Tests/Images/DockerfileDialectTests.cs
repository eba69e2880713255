using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>Dockerfiles that a real engine of version 20.10 does not know, and contexts that are elsewhere.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class DockerfileDialectTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new BuildFolder().With("app.txt", "hello").With("sub/app.txt", "below");
    private readonly RecordingReporter _reporter = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1", "RUN <<EOF\necho hi\nEOF", "a heredoc", "# syntax=docker/dockerfile:1.4")]
    [InlineData("0", "RUN <<EOF\necho hi\nEOF", "a heredoc", "unset DOCKER_BUILDKIT")]
    [InlineData("1", "COPY <<EOF /hi.txt\nhello there\nEOF", "a heredoc", "# syntax=docker/dockerfile:1.4")]
    [InlineData("1", "COPY --link app.txt /", "--link", "# syntax=docker/dockerfile:1.4")]
    [InlineData("1", "COPY --parents sub/app.txt /", "--parents", "# syntax=docker/dockerfile:1.20")]
    [InlineData("1", "ARG A=x\nCOPY ${A/x/app}.txt /", "(${name#pattern})", "# syntax=docker/dockerfile:1.7")]
    [InlineData("0", "ARG A=x\nCOPY ${A/x/app}.txt /", "(${name#pattern})", "unset DOCKER_BUILDKIT")]
    [InlineData("1", "RUN --device=a echo", "--device", "# syntax=docker/dockerfile:1.14-labs")]
    [InlineData("1", "COPY --chmod=u+x app.txt /", "a mode of --chmod that is not octal", "# syntax=docker/dockerfile:1.14")]
    [InlineData("1", "ARG MODE=751\nADD --chmod=$MODE app.txt /", "a variable as the mode of --chmod", "# syntax=docker/dockerfile:1.10")]
    [InlineData("0", "COPY --link app.txt /", "--link", "unset DOCKER_BUILDKIT")]
    [InlineData("0", "COPY --chmod=755 app.txt /", "--chmod", "unset DOCKER_BUILDKIT")]
    public async Task What_an_old_builder_does_not_know_is_named(string buildkit, string instruction, string feature, string remedy)
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\n{instruction}\n");

        var fault = await Assert.ThrowsAsync<PublishException>(
            () => PublishAsync(_folder.Target(docker.Registry, docker.Host), ("DOCKER_BUILDKIT", buildkit)));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Contains($"{feature}, which this builder does not know", fault.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_is_no_instruction_stays_the_error()
    {
        await docker.RequireAsync(Ct);
        _folder.With("Dockerfile", $"FROM {DockerServer.BaseImage}\nECHO hi\n");

        var fault = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(_folder.Target(docker.Registry, docker.Host)));

        Assert.DoesNotContain("syntax=", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mode_of_COPY_and_a_context_that_is_a_link_are_built()
    {
        await docker.RequireAsync(Ct);
        _folder.With(
            "Dockerfile", $"FROM {DockerServer.BaseImage}\nCOPY --chmod=751 app.txt /app.txt\nRUN stat -c %a /app.txt && cat /app.txt\n");
        string link = $"{_folder.Path}-link";
        Directory.CreateSymbolicLink(link, _folder.Path);
        try
        {
            PublishedImage image = await PublishAsync(
                _folder.Target(docker.Registry, docker.Host, settings => settings with { Context = link }));

            Assert.Equal(StepStatus.Succeeded, image.Status);
            Assert.Contains(_reporter.Lines, line => line.Trim() == "751");
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public async Task A_Dockerfile_outside_of_the_context_is_built(string buildkit, bool copied)
    {
        await docker.RequireAsync(Ct);
        _folder.With("files/Dockerfile", $"FROM {DockerServer.BaseImage}\nCOPY . /ctx\nRUN cd /ctx && find . -type f\n");

        PublishedImage image = await PublishAsync(
            _folder.Target(docker.Registry, docker.Host, settings => settings with
            {
                Context = Path.Combine(_folder.Path, "sub"),
                Dockerfile = "../files/Dockerfile",
            }),
            ("DOCKER_BUILDKIT", buildkit));

        Assert.Equal(StepStatus.Succeeded, image.Status);
        var files = _reporter.Lines.Select(line => line.Trim()).Where(line => line.StartsWith("./", StringComparison.Ordinal)).ToList();
        Assert.Contains("./app.txt", files);
        Assert.Equal(copied, files.Any(file => file.StartsWith("./.dockerfile.", StringComparison.Ordinal)));
        Assert.Equal(copied, _reporter.Lines.Any(line => line.Contains("outside of the build context", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Additional_contexts_are_built_by_buildx()
    {
        await RequireBuildxAsync();
        await using BuildKitServer builder = await BuildKitServer.RequireAsync(Ct);
        string name = await builder.RegisterAsync(Path.Combine(_folder.Path, ".docker"), Ct);
        using var shared = new BuildFolder().With("shared.txt", "shared");
        _folder.With("Dockerfile", "FROM scratch\nCOPY app.txt /\nCOPY --from=shared shared.txt /\n");

        PublishedImage image = await PublishAsync(_folder.Target(docker.Registry, docker.Host, settings => settings with
        {
            Buildx = name,
            Contexts = new Dictionary<string, string> { ["shared"] = shared.Path },
        }));

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.Contains("image.contexts", image.Checks.Single(check => check.Id == "image.built").Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task Names_that_are_not_UTF_8_are_sent_as_they_are(string buildkit)
    {
        await docker.RequireAsync(Ct);
        // One in the context, one in a folder of such a name with a long one below, and one that is ignored.
        await ShellAsync(
            """
            printf latin > "$(printf 'caf\351.txt')" && d="$(printf 'd\377')" && mkdir "$d" && printf below > "$d/plain.txt" &&
            printf long > "$d/$(printf '%0120d\376' 7)" && ln -s plain.txt "$d/$(printf 'l\375')" && printf no > "$(printf 'x\374.log')"
            """);
        _folder.With(".dockerignore", "*.log\nDockerfile\n.dockerignore\nsub\napp.txt\n").With("Dockerfile", $"""
            FROM {DockerServer.BaseImage}
            COPY . /ctx
            RUN cd /ctx && find . -type f -exec cat {"{}"} + && find . | sort | cat -v
            """);

        PublishedImage image = await PublishAsync(_folder.Target(docker.Registry, docker.Host), ("DOCKER_BUILDKIT", buildkit));

        Assert.Equal(StepStatus.Succeeded, image.Status);
        string output = string.Join('\n', _reporter.Lines);
        Assert.Contains("./cafM-i.txt", output, StringComparison.Ordinal);
        Assert.Contains("./dM-^?/plain.txt", output, StringComparison.Ordinal);
        Assert.Contains("7M-~", output, StringComparison.Ordinal);
        Assert.Contains("./dM-^?/lM-}", output, StringComparison.Ordinal);
        Assert.Contains("latin", output, StringComparison.Ordinal);
        Assert.DoesNotContain("xM-|.log", output, StringComparison.Ordinal);
    }

    private async Task ShellAsync(string script)
    {
        var start = new System.Diagnostics.ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = _folder.Path };
        using var shell = System.Diagnostics.Process.Start(start)!;
        await shell.WaitForExitAsync(Ct);
        Assert.Equal(0, shell.ExitCode);
    }

    private async Task RequireBuildxAsync()
    {
        await docker.RequireAsync(Ct);
        BuildxPlugin.Require(_folder.Path);
    }

    private Task<PublishedImage> PublishAsync(Target target, params (string Name, string Value)[] variables)
    {
        var environment = new DockerEnvironment(
            name => variables.FirstOrDefault(variable => variable.Name == name).Value
                ?? (name == "PATH" ? Environment.GetEnvironmentVariable(name) : null),
            _folder.Path);
        ImagePlan plan = PublishPlanner.Plan(target, "dialect", DateTimeOffset.UtcNow) with
        {
            NetworkMode = target.Image!.Buildx is null ? "host" : null,
        };
        return new ImagePublisher(environment).PublishAsync(plan, new PublishRun("run-1", _reporter), Ct);
    }
}
