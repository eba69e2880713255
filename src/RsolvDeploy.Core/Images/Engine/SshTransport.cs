using Docker.DotNet.Handler.Abstractions;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Images.Engine;

/// <summary>Connects to an engine like the docker program: each connection is one <c>ssh HOST docker system dial-stdio</c>.</summary>
internal sealed class SshTransport(DockerEndpoint endpoint) : IAuthProvider
{
    /// <summary>The address for the HTTP client; its name is never resolved.</summary>
    public static readonly Uri Placeholder = new("tcp://docker.behind.ssh:2375");

    public bool TlsEnabled => false;

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        if (handler is not SocketsHttpHandler sockets)
            throw new InvalidOperationException($"ssh is not set up on a {handler.GetType().Name}.");
        sockets.ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(Connect());
        sockets.UseProxy = false;
        return handler;
    }

    /// <summary>The program's arguments. It never prompts: a missing key or password is an error.</summary>
    public static IReadOnlyList<string> Arguments(Uri address) =>
    [
        "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
        .. address.Port > 0 ? ["-p", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. address.UserInfo.Length > 0 ? ["-l", Uri.UnescapeDataString(address.UserInfo)] : Array.Empty<string>(),
        "--", address.Host, "docker", "system", "dial-stdio",
    ];

    private SshStream Connect()
    {
        try
        {
            return new SshStream(ChildProcess.Start(new ProgramStart(endpoint.SshProgram!, Arguments(endpoint.Address))));
        }
        catch (ProgramStartException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
