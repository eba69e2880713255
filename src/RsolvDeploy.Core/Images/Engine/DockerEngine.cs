using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Engine;

/// <summary>A connection to a Docker Engine.</summary>
internal sealed class DockerEngine : IDisposable
{
    private static readonly System.Version FirstApiWithBuildKit = new(1, 39);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(15);

    private readonly DockerClient _client;

    private DockerEngine(DockerClient client, DockerEndpoint endpoint)
    {
        _client = client;
        Endpoint = endpoint;
    }

    public DockerEndpoint Endpoint { get; }

    /// <summary>Version and platform, as the engine reported them when the connection was opened.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Whether it can build with BuildKit, as every Linux engine since 18.09 can.</summary>
    public bool HasBuildKit { get; private set; }

    /// <summary>Connects.</summary>
    /// <exception cref="DeployException"><c>DockerUnreachable</c>, <c>DockerEndpointInvalid</c>.</exception>
    public static async Task<DockerEngine> ConnectAsync(DockerEndpoint endpoint, CancellationToken ct)
    {
        var engine = new DockerEngine(Open(endpoint), endpoint);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(ResponseTimeout);
            VersionResponse version = await engine.SendAsync(client => client.System.GetVersionAsync(limit.Token), ct);
            engine.Version = $"{version.Version} {version.Os}/{version.Arch}";
            engine.HasBuildKit = version.Os != "windows"
                && System.Version.TryParse(version.APIVersion, out System.Version? api)
                && api >= FirstApiWithBuildKit;
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a request. An error of the connection becomes <c>DockerUnreachable</c>; an error response stays a
    /// <see cref="DockerApiException"/>.
    /// </summary>
    public async Task<T> SendAsync<T>(Func<DockerClient, Task<T>> request, CancellationToken ct)
    {
        try
        {
            return await request(_client);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && IsConnectionFault(e))
        {
            throw Unreachable(e);
        }
        // The library reports a closed connection by its own exceptions, even when this side closed it.
        catch (Exception e) when (ct.IsCancellationRequested && e is not OperationCanceledException && IsConnectionFault(e))
        {
            throw new OperationCanceledException(ct);
        }
    }

    /// <summary>Sends a request without a result.</summary>
    public async Task SendAsync(Func<DockerClient, Task> request, CancellationToken ct) => await SendAsync(
        async client =>
        {
            await request(client);
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
                "DockerEndpointInvalid",
                FaultCategory.InvalidArgument,
                $"{endpoint} is a named pipe, which exists on Windows only.",
                "Name the engine by unix://, tcp:// or ssh://.")
            { Subject = endpoint.Address.ToString() };
        }

        DockerClientBuilder builder = new DockerClientBuilder()
            .WithEndpoint(ssh ? SshTransport.Placeholder : endpoint.Address)
            .WithTimeout(Timeout.InfiniteTimeSpan)
            // Engines keep reading after a build, and would read the next request as the rest of its context.
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
        string why = e is OperationCanceledException or TimeoutException
            ? $"it did not respond within {ResponseTimeout.TotalSeconds:0} s"
            : e.GetBaseException().Message;
        bool denied = e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied };
        return new DeployException(
            "DockerUnreachable",
            FaultCategory.ConnectionError,
            $"The Docker Engine at {Endpoint} cannot be reached: {why}",
            denied
                ? "Give this user access to the socket (group 'docker'), or set another engine in DOCKER_HOST "
                    + "or the target's image.builder."
                : "Start the engine, or set the right one in DOCKER_HOST, 'docker context use' or the target's image.builder; "
                  + "for TLS set DOCKER_CERT_PATH.",
            e)
        { Subject = Endpoint.Address.ToString() };
    }
}
