using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Engine;

/// <summary>The address of the Docker Engine, and the certificates for it.</summary>
/// <param name="Address"><c>unix://</c>, <c>npipe://</c>, <c>tcp://</c> or <c>ssh://</c>.</param>
/// <param name="CertificateFolder">The folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>; null for no TLS.</param>
/// <param name="Source">Where it is configured, for messages.</param>
internal sealed record DockerEndpoint(Uri Address, string? CertificateFolder, string Source)
{
    private const string DefaultContext = "default";

    /// <summary>The full path of the ssh program, for an engine behind ssh; null for another engine.</summary>
    public string? SshProgram { get; init; }

    /// <summary>
    /// The target's builder; then <c>DOCKER_HOST</c>, <c>DOCKER_CONTEXT</c>, the current context, the local
    /// engine, like the docker program.
    /// </summary>
    public static DockerEndpoint Resolve(string? builder, DockerEnvironment environment)
    {
        if (!string.IsNullOrWhiteSpace(builder)) return FromHost(builder, "image.builder", environment);
        if (environment.Setting("DOCKER_HOST") is { } host) return FromHost(host, "DOCKER_HOST", environment);
        string? context = environment.Setting("DOCKER_CONTEXT") ?? DockerConfigFile.Load(environment).CurrentContext;
        if (context is not (null or DefaultContext)) return FromContext(context, environment);
        string local = OperatingSystem.IsWindows() ? "npipe://./pipe/docker_engine" : "unix:///var/run/docker.sock";
        return new DockerEndpoint(new Uri(local), null, "the default");
    }

    /// <summary>The engine that builds the image of a target.</summary>
    /// <exception cref="DeployException">Among others <c>AddressInsecure</c>: an engine on another machine gets the credentials of the
    /// registry, and is used without TLS.</exception>
    public static DockerEndpoint For(Target target, DockerEnvironment environment)
    {
        var endpoint = Resolve(target.Image?.Builder, environment);
        if (endpoint.CertificateFolder is null) SafeAddress.Require(target, endpoint.Address, $"The Docker Engine ({endpoint.Source})");
        return endpoint;
    }

    public override string ToString() => $"{Address.ToString().TrimEnd('/')} ({Source})";

    private static DockerEndpoint FromHost(string host, string source, DockerEnvironment environment)
    {
        string? certificates = environment.Setting("DOCKER_CERT_PATH")
            ?? (environment.Setting("DOCKER_TLS_VERIFY") is null ? null : environment.ConfigFolder);
        Uri address = Parse(host, source, certificates is not null);
        return new DockerEndpoint(address, address.Scheme == "tcp" ? certificates : null, source)
        {
            SshProgram = Ssh(address, environment),
        };
    }

    private static DockerEndpoint FromContext(string name, DockerEnvironment environment)
    {
        string id = Sha256Text.Of(name);
        string meta = Path.Combine(environment.ConfigFolder, "contexts", "meta", id, "meta.json");
        string? host = File.Exists(meta) && DockerConfigFile.Read(meta).At("Endpoints", "docker", "Host") is { } value
            ? value.Text()
            : null;
        if (string.IsNullOrEmpty(host))
        {
            throw new DeployException(
                "DockerContextNotFound",
                FaultCategory.ObjectNotFound,
                $"The Docker context '{name}' is not in {environment.ConfigFolder}.",
                "Choose one that 'docker context ls' lists, with 'docker context use', DOCKER_CONTEXT or the target's image.builder.")
            { Subject = name };
        }

        string certificates = Path.Combine(environment.ConfigFolder, "contexts", "tls", id, "docker");
        bool tls = Directory.Exists(certificates);
        Uri address = Parse(host, $"context {name}", tls);
        return new DockerEndpoint(address, tls ? certificates : null, $"context {name}") { SshProgram = Ssh(address, environment) };
    }

    private static string? Ssh(Uri address, DockerEnvironment environment) => address.Scheme != "ssh" ? null
        : environment.FindProgram("ssh") ?? throw new DeployException(
            "SshMissing",
            FaultCategory.ObjectNotFound,
            $"The engine at {address} needs the ssh program, which is not on the PATH.",
            "Install ssh (OpenSSH), or name an engine by unix:// or tcp://.")
        { Subject = address.ToString() };

    private static Uri Parse(string host, string source, bool tls)
    {
        string text = host.Trim();
        if (!text.Contains("://", StringComparison.Ordinal)) text = text.StartsWith('/') ? $"unix://{text}" : $"tcp://{text}";
        // The form in which docker writes a named pipe.
        if (text.StartsWith("npipe:////", StringComparison.Ordinal)) text = $"npipe://{text["npipe:////".Length..]}";
        if (text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal))
            text = "tcp" + text[text.IndexOf(':', StringComparison.Ordinal)..];
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("unix" or "npipe" or "tcp" or "ssh")
            || (address.Scheme is "tcp" or "ssh" && address.Host.Length == 0)
            || (address.Scheme == "ssh" && !IsPlainSsh(address)))
        {
            // The message must not show a password.
            bool ssh = text.StartsWith("ssh://", StringComparison.Ordinal);
            string shown = ssh && text.Contains('@', StringComparison.Ordinal) ? "ssh://…@" + text[(text.LastIndexOf('@') + 1)..] : host;
            throw new DeployException(
                "DockerEndpointInvalid",
                FaultCategory.InvalidArgument,
                $"'{shown}' ({source}) is no address of a Docker Engine.",
                "Use unix://, npipe://, tcp://, or ssh://user@host:port without password and path; "
                    + "ssh reads its keys from its own configuration.")
            { Subject = shown };
        }

        return address.Scheme == "tcp" && address.Port < 0 ? new UriBuilder(address) { Port = tls ? 2376 : 2375 }.Uri : address;
    }

    private static bool IsPlainSsh(Uri address) =>
        !address.UserInfo.Contains(':', StringComparison.Ordinal) && !address.UserInfo.StartsWith('-') && address.PathAndQuery is "" or "/";
}
