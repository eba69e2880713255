using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet.Models;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A Dockerfile that is a text: what <c>docker build --file -</c> builds is built.</summary>
[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class DockerfileContentTests(DockerServer docker) : IDisposable
{
    private const string Ignored = "Dockerfile.dockerignore\n*.log\n";

    // The Dockerfile of the folder would fail, and so would its own rules: neither belongs to a text.
    private readonly BuildFolder _folder = new BuildFolder()
        .With("Dockerfile", "FROM does-not-exist\n").With("Dockerfile.dockerignore", "*\n").With(".dockerignore", Ignored)
        .With("app.txt", "hello").With("no.log", "no");

    private readonly RecordingReporter _reporter = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task A_text_is_built_as_docker_builds_its_standard_input(string buildkit)
    {
        await docker.RequireAsync(Ct);
        string text = "FROM scratch\nCOPY app.txt /app.txt\nLABEL dev.rsolv.test=text\n";
        // Builders take a layer from their cache although its file is older; the layers of two builders are the same only then.
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "app.txt"), DateTime.UnixEpoch.AddYears(50));
        await DockerBuildAsync(text, "oracle-text:1");
        using DockerEngine engine = await docker.ConnectAsync(Ct);
        ImageInspectResponse expected = await engine.SendAsync(client => client.Images.InspectImageAsync("oracle-text:1", Ct), Ct);

        PublishedImage image = await PublishAsync(DockerfileText.FromLines([text])!, buildkit);

        ImageInspectResponse built = await engine.SendAsync(client => client.Images.InspectImageAsync(image.ImageId!, Ct), Ct);
        Assert.Equal(expected.RootFS.Layers, built.RootFS.Layers);
        Assert.Equal("text", built.Config!.Labels!["dev.rsolv.test"]);
        string digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
        Assert.Contains(digest, image.Checks.Single(check => check.Id == "image.built").Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task The_rules_of_the_context_apply_and_the_text_needs_no_file(string buildkit)
    {
        await docker.RequireAsync(Ct);
        PublishedImage image = await PublishAsync(
            DockerfileText.FromLines([$"FROM {DockerServer.BaseImage}", "COPY . /ctx", "RUN cd /ctx && find . -type f"])!, buildkit);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        var files = _reporter.Lines.Select(line => line.Trim()).Where(line => line.StartsWith("./", StringComparison.Ordinal)).ToList();
        Assert.Contains("./app.txt", files);
        Assert.DoesNotContain("./no.log", files);
        // An engine reads a Dockerfile from the context only; BuildKit copies it with the context, and a warning says so.
        Assert.Equal(buildkit == "1", files.Any(file => file.StartsWith("./.dockerfile.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_error_names_the_text_and_what_its_builder_does_not_know()
    {
        await docker.RequireAsync(Ct);
        var fault = await Assert.ThrowsAsync<PublishException>(
            () => PublishAsync(DockerfileText.FromLines([$"FROM {DockerServer.BaseImage}", "RUN <<EOF", "echo hi", "EOF"])!, "1"));

        Assert.Equal("BuildFailed", fault.Id);
        Assert.Equal(DockerfileText.Name, fault.Subject);
        Assert.Contains("a heredoc, which this builder does not know", fault.Message, StringComparison.Ordinal);
    }

    private async Task DockerBuildAsync(string dockerfile, string tag)
    {
        Assert.SkipWhen(ServerProgram.Find("docker") is null, "There is no docker program on PATH, and this test compares with it.");
        var start = new ProcessStartInfo("docker", ["build", "--tag", tag, "--file", "-", _folder.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOCKER_HOST"] = docker.Host;
        start.Environment["DOCKER_BUILDKIT"] = "0";
        using var program = Process.Start(start)!;
        await program.StandardInput.WriteAsync(dockerfile);
        program.StandardInput.Close();
        Task<string> output = program.StandardOutput.ReadToEndAsync(Ct);
        string errors = await program.StandardError.ReadToEndAsync(Ct);
        await program.WaitForExitAsync(Ct);
        Assert.True(program.ExitCode == 0, $"{await output}{errors}");
    }

    private Task<PublishedImage> PublishAsync(DockerfileText dockerfile, string buildkit)
    {
        var environment = new DockerEnvironment(name => name == "DOCKER_BUILDKIT" ? buildkit : null, _folder.Path);
        ImagePlan plan = PublishPlanner.Plan(_folder.Target(docker.Registry, docker.Host), "text", DateTimeOffset.UtcNow, dockerfile);
        return new ImagePublisher(environment).PublishAsync(plan with { NetworkMode = "host" }, new PublishRun("run-1", _reporter), Ct);
    }
}
