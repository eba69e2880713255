using System.ComponentModel;
using System.Diagnostics;
using Docker.DotNet.Handler.Abstractions;

namespace RsolvDeploy.Images.Engine;

/// <summary>Connects to an engine like the docker program: each connection is one <c>ssh HOST docker system dial-stdio</c>.</summary>
internal sealed class SshTransport(DockerEndpoint endpoint) : IAuthProvider
{
    /// <summary>The address for the HTTP client; its name is never resolved.</summary>
    public static readonly Uri Placeholder = new("tcp://docker.behind.ssh:2375");

    public bool TlsEnabled => false;

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        if (handler is not SocketsHttpHandler sockets) throw new InvalidOperationException($"ssh is not set up on a {handler.GetType().Name}.");
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
        var start = new ProcessStartInfo(endpoint.SshProgram!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true };
        foreach (string argument in Arguments(endpoint.Address)) start.ArgumentList.Add(argument);
        try
        {
            return new SshStream(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new IOException($"ssh cannot be started: {e.Message}", e);
        }
    }
}
