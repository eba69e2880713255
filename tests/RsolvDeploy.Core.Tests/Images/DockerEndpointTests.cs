using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class DockerEndpointTests : IDisposable
{
    private readonly BuildFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("builder.example", "tcp://builder.example:2375/")]
    [InlineData("10.0.0.5:4000", "tcp://10.0.0.5:4000/")]
    [InlineData("tcp://10.0.0.5", "tcp://10.0.0.5:2375/")]
    [InlineData("/run/docker.sock", "unix:///run/docker.sock")]
    [InlineData("unix:///run/docker.sock", "unix:///run/docker.sock")]
    [InlineData("https://builder:2376", "tcp://builder:2376/")]
    [InlineData("npipe://./pipe/docker_engine", "npipe://./pipe/docker_engine")]
    [InlineData("npipe:////./pipe/docker_engine", "npipe://./pipe/docker_engine")]
    [InlineData("ssh://deploy@builder:2222", "ssh://deploy@builder:2222/")]
    public void A_host_is_read_as_docker_reads_it(string host, string address) =>
        Assert.Equal(address, DockerEndpoint.Resolve(host, Environment()).Address.ToString());

    [Fact]
    public void The_target_comes_before_DOCKER_HOST_and_that_before_the_context()
    {
        WriteContext("remote", "tcp://remote:2375", tls: false);
        _home.With(".docker/config.json", """{"currentContext":"remote"}""");

        Assert.Equal("a", DockerEndpoint.Resolve("tcp://a:1", Environment(("DOCKER_HOST", "tcp://b:1"))).Address.Host);
        Assert.Equal("b", DockerEndpoint.Resolve(null, Environment(("DOCKER_HOST", "tcp://b:1"))).Address.Host);
        Assert.Equal("remote", DockerEndpoint.Resolve(null, Environment()).Address.Host);
        Assert.Equal("unix", DockerEndpoint.Resolve("", Environment(("DOCKER_CONTEXT", "default"))).Address.Scheme);
    }

    [Fact]
    public void A_context_brings_its_certificates()
    {
        WriteContext("remote", "tcp://remote", tls: true);

        var endpoint = DockerEndpoint.Resolve(null, Environment(("DOCKER_CONTEXT", "remote")));

        Assert.Equal(2376, endpoint.Address.Port);
        Assert.EndsWith("docker", endpoint.CertificateFolder, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_context_is_named()
    {
        var fault = Assert.Throws<DeployException>(() => DockerEndpoint.Resolve(null, Environment(("DOCKER_CONTEXT", "gone"))));

        Assert.Equal("DockerContextNotFound", fault.Id);
    }

    [Theory]
    [InlineData("ssh://deploy:sbxsecret@builder")]
    [InlineData("ssh://builder/path")]
    [InlineData("ssh://-oProxyCommand=x@builder")]
    [InlineData("ftp://builder")]
    [InlineData("tcp://")]
    public void An_address_that_cannot_be_used_is_named(string host)
    {
        var fault = Assert.Throws<DeployException>(() => DockerEndpoint.Resolve(host, Environment()));

        Assert.Equal("DockerEndpointInvalid", fault.Id);
        Assert.DoesNotContain("sbxsecret", fault.ToString() + fault.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_pipe_is_refused_at_once_where_there_are_none()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has named pipes.");

        var fault = await Assert.ThrowsAsync<DeployException>(() => DockerEngine.ConnectAsync(
            DockerEndpoint.Resolve("npipe:////./pipe/docker_engine", Environment()),
            TimeProvider.System,
            TestContext.Current.CancellationToken));

        Assert.Equal("DockerEndpointInvalid", fault.Id);
        Assert.Contains("npipe://./pipe/docker_engine (image.builder) is a named pipe", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ssh_gets_its_host_as_an_argument_behind_its_options()
    {
        Assert.Equal(
            [
                "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-p", "2222", "-l", "deploy", "--", "builder", "docker", "system",
                "dial-stdio",
            ],
            SshTransport.Arguments(new Uri("ssh://deploy@builder:2222")));
        Assert.Equal(
            "SshMissing",
            Assert.Throws<DeployException>(() => DockerEndpoint.Resolve("ssh://builder", new DockerEnvironment(_ => null, _home.Path))).Id);
    }

    [Fact]
    public void A_configuration_that_cannot_be_read_is_named_without_its_content()
    {
        _home.With(".docker/config.json", """{"auths":{"x":{"auth":"sbxsecret" """);

        var fault = Assert.Throws<DeployException>(() => DockerEndpoint.Resolve(null, Environment()));

        Assert.Equal("DockerConfigInvalid", fault.Id);
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    private DockerEnvironment Environment(params (string Name, string Value)[] variables) =>
        new(name => name == "PATH" ? FolderWithSsh() : variables.FirstOrDefault(v => v.Name == name).Value, _home.Path);

    private string FolderWithSsh()
    {
        var folder = Path.Combine(_home.With("bin/ssh", "").With("bin/ssh.exe", "").Path, "bin");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(folder, "ssh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return folder;
    }

    private void WriteContext(string name, string host, bool tls)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        _home.With($".docker/contexts/meta/{id}/meta.json", $$"""{"Name": "{{name}}", "Endpoints": {"docker": {"Host": "{{host}}"} } }""");
        if (tls) _home.With($".docker/contexts/tls/{id}/docker/ca.pem", "");
    }
}
