using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Engine;

/// <summary>A Docker Engine, and what goes wrong on the way to it put in words.</summary>
internal sealed class DockerEngine : IDisposable
{
    private static readonly System.Version FirstApiWithBuildKit = new(1, 39);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    private readonly DockerClient _client;

    private DockerEngine(DockerClient client, DockerEndpoint endpoint)
    {
        _client = client;
        Endpoint = endpoint;
    }

    public DockerEndpoint Endpoint { get; }

    /// <summary>Version and platform, as the engine said when it was first asked.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Whether it builds by BuildKit: every engine of Linux since 18.09 does when it is asked to, whatever its default.</summary>
    public bool HasBuildKit { get; private set; }

    public static async Task<DockerEngine> ConnectAsync(DockerEndpoint endpoint, CancellationToken ct)
    {
        var engine = new DockerEngine(Open(endpoint), endpoint);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(AnswerWithin);
            VersionResponse version = await engine.SendAsync(client => client.System.GetVersionAsync(patience.Token), ct);
            engine.Version = $"{version.Version} {version.Os}/{version.Arch}";
            engine.HasBuildKit = version.Os != "windows" && System.Version.TryParse(version.APIVersion, out System.Version? api) && api >= FirstApiWithBuildKit;
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Asks the engine. A fault of the connection becomes <c>DockerUnreachable</c>; what the engine itself refuses stays a <see cref="DockerApiException"/>.</summary>
    public async Task<T> SendAsync<T>(Func<DockerClient, Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await ask(_client);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && IsConnectionFault(e))
        {
            throw Unreachable(e);
        }
        // The library tells an ended connection by its own exceptions, also when it was ended from here.
        catch (Exception e) when (ct.IsCancellationRequested && e is not OperationCanceledException && IsConnectionFault(e))
        {
            throw new OperationCanceledException(ct);
        }
    }

    public async Task SendAsync(Func<DockerClient, Task> ask, CancellationToken ct) => await SendAsync(
        async client =>
        {
            await ask(client);
            return true;
        },
        ct);

    public void Dispose() => _client.Dispose();

    private static DockerClient Open(DockerEndpoint endpoint)
    {
        bool ssh = endpoint.Address.Scheme == "ssh";
        if (endpoint.Address.Scheme == "npipe" && !OperatingSystem.IsWindows())
        {
            throw new DeployException(
                "DockerEndpointInvalid", FaultCategory.InvalidArgument, $"{endpoint} is a named pipe of Windows, which this machine does not have.", "Name the engine by unix://, tcp:// or ssh://.")
            { Subject = endpoint.Address.ToString() };
        }

        DockerClientBuilder builder = new DockerClientBuilder()
            .WithEndpoint(ssh ? SshTransport.Placeholder : endpoint.Address)
            .WithTimeout(Timeout.InfiniteTimeSpan)
            // Engines read on after a build, and would take the next request for the rest of its context.
            .WithHeader("Connection", "close");
        if (!ssh && endpoint.Address.Scheme != "tcp") return builder.Build();
        if (ssh) builder = builder.WithAuthProvider(new SshTransport(endpoint));
        else if (endpoint.CertificateFolder is { } folder) builder = builder.WithAuthProvider(DockerTls.Load(folder));
        return builder.WithTransportOptions(new NativeHttpTransportOptions()).Build();
    }

    private static bool IsConnectionFault(Exception e) => e is HttpRequestException or IOException or SocketException or TimeoutException
        or OperationCanceledException or ObjectDisposedException;

    private DeployException Unreachable(Exception e)
    {
        string why = e is OperationCanceledException or TimeoutException ? $"it did not answer within {AnswerWithin.TotalSeconds:0} s" : e.GetBaseException().Message;
        bool denied = e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied };
        return new DeployException(
            "DockerUnreachable",
            FaultCategory.ConnectionError,
            $"The Docker Engine at {Endpoint} cannot be reached: {why}",
            denied
                ? "Let this user use the socket (group 'docker'), or name another engine by DOCKER_HOST or the target's image.builder."
                : "Start the engine, or name the right one by DOCKER_HOST, 'docker context use' or the target's image.builder; "
                  + "for TLS set DOCKER_CERT_PATH.",
            e)
        { Subject = Endpoint.Address.ToString() };
    }
}
