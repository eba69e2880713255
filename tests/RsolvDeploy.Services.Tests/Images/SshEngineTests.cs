using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

[Collection(nameof(DockerServer))] // they share a repository, and "latest" in it
public sealed class SshEngineTests(DockerServer docker) : IDisposable
{
    private readonly BuildFolder _folder = new BuildFolder().With("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_engine_behind_ssh_builds_and_pushes()
    {
        await docker.RequireAsync(Ct);
        await using SshServer ssh = await SshServer.StartAsync(docker.Host, Ct);
        Target target = _folder.Target(docker.Registry, ssh.Host);

        PublishedImage image = await new ImagePublisher(Environment(ssh.SearchPath))
            .PublishAsync(PublishPlanner.Plan(target, "ssh", DateTimeOffset.UtcNow), new PublishRun("run-1", SilentReporter.Instance), Ct);

        Assert.Equal(StepStatus.Succeeded, image.Status);
        Assert.True(ssh.Connections >= 3, $"{ssh.Connections} connections by ssh");
    }

    [Fact]
    public async Task An_error_of_ssh_is_reported()
    {
        await docker.RequireAsync(Ct);
        await using SshServer ssh = await SshServer.StartAsync(docker.Host, Ct);
        string unknown = ssh.Host.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var fault = await Assert.ThrowsAsync<PublishException>(() => new ImagePublisher(Environment(ssh.SearchPath)).PublishAsync(
            PublishPlanner.Plan(_folder.Target(docker.Registry, unknown), "ssh", DateTimeOffset.UtcNow),
            new PublishRun("run-1", SilentReporter.Instance),
            Ct));

        Assert.Equal("DockerUnreachable", fault.Id);
        Assert.Contains("Host key verification failed", fault.Message, StringComparison.Ordinal);
    }

    private DockerEnvironment Environment(string path) => new(name => name == "PATH" ? path : null, _folder.Path);
}
