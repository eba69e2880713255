using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.Models;
using Docker.DotNet.NativeHttp;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Engine;

/// <summary>A connection to a Docker Engine.</summary>
internal sealed class DockerEngine : IDisposable
{
    private static readonly System.Version FirstApiWithBuildKit = new(1, 39);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromMinutes(1);

    private readonly DockerClient _client;
    private readonly TimeProvider _time;

    private DockerEngine(DockerClient client, DockerEndpoint endpoint, TimeProvider time)
    {
        _client = client;
        _time = time;
        Endpoint = endpoint;
    }

    /// <summary>How long a build or a push may show nothing before it is given up. A step of a build may compute for long.</summary>
    public static TimeSpan LongestSilence { get; } = TimeSpan.FromHours(1);

    public DockerEndpoint Endpoint { get; }

    /// <summary>Version and platform, as the engine reported them when the connection was opened.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Whether it can build with BuildKit, as every Linux engine since 18.09 can.</summary>
    public bool HasBuildKit { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="endpoint">The engine.</param>
    /// <param name="time">The clock that the limits of its responses run by.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>DockerUnreachable</c>, <c>DockerEndpointInvalid</c>.</exception>
    public static async Task<DockerEngine> ConnectAsync(DockerEndpoint endpoint, TimeProvider time, CancellationToken ct)
    {
        var engine = new DockerEngine(Open(endpoint), endpoint, time);
        try
        {
            VersionResponse version = await engine.AskAsync(
                (client, token) => client.System.GetVersionAsync(token), ConnectTimeout, ct);
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

    /// <summary>Asks what the engine answers at once.</summary>
    public Task<T> AskAsync<T>(Func<DockerClient, CancellationToken, Task<T>> question, CancellationToken ct) =>
        AskAsync(question, ResponseTimeout, ct);

    /// <summary>A limit that is over when nothing was heard for <see cref="LongestSilence"/>; to be set anew with each message.</summary>
    public CancellationTokenSource LimitSilence() => new(LongestSilence, _time);

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

    private async Task<T> AskAsync<T>(
        Func<DockerClient, CancellationToken, Task<T>> question, TimeSpan within, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(within, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await SendAsync(client => question(client, both.Token), ct);
        }
        catch (DeployException e) when (limit.IsCancellationRequested)
        {
            throw Unreachable($"it did not respond within {within.TotalSeconds:0} s", e.InnerException);
        }
        catch (JsonException e)
        {
            throw Unreachable("its response is not the one of an engine", e);
        }
        catch (DockerApiException e)
        {
            throw new DeployException(
                "DockerRequestFailed", FaultCategory.InvalidOperation,
                $"The Docker Engine at {Endpoint} refused a request (HTTP {(int)e.StatusCode}): {EngineMessage.From(e)}",
                "Check that the address is that of a Docker Engine, and look at its log.", e)
            { Subject = Endpoint.Address.ToString() };
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
        IAuthProvider? way = ssh ? new SshTransport(endpoint)
            : endpoint.CertificateFolder is { } folder ? DockerTls.Load(folder) : null;
        return builder.WithAuthProvider(new EngineConnection(way)).WithTransportOptions(new NativeHttpTransportOptions()).Build();
    }

    private static bool IsConnectionFault(Exception e) => e is HttpRequestException or IOException or SocketException or TimeoutException
        or OperationCanceledException or ObjectDisposedException;

    private DeployException Unreachable(Exception e)
    {
        return Unreachable(
            e is OperationCanceledException or TimeoutException ? "it did not respond in time" : e.GetBaseException().Message, e);
    }

    private DeployException Unreachable(string why, Exception? e)
    {
        bool denied = e?.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied };
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
