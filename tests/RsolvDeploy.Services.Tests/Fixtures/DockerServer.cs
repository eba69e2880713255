using System.Diagnostics;
using System.Formats.Tar;
using Docker.DotNet.Models;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Services.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(DockerServer))]

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real Docker Engine and a real registry on loopback, started by the first test and shared by all.</summary>
public sealed class DockerServer : IAsyncDisposable
{
    /// <summary>A base image with one static program, for builds that run commands without a network.</summary>
    public const string BaseImage = "rsolv-test-base:1";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-docker-").FullName;
    private ServerProgram? _engine;
    private RegistryServer? _registry;

    /// <summary>The engine's Unix socket.</summary>
    public string Host => $"unix://{_folder}/engine.sock";

    /// <summary>The same engine behind TLS.</summary>
    public string SecureHost { get; private set; } = "";

    public string CertificateFolder => Path.Combine(_folder, "tls");

    /// <summary>The registry as image names have it.</summary>
    public string Registry => _registry!.Host;

    public int ProcessId => _engine!.ProcessId;

    /// <summary>Starts both on the first call; skips the test when they cannot run.</summary>
    public async Task RequireAsync(CancellationToken ct)
    {
        string? why = ServerProgram.WhyMissing("dockerd", "docker.io") ?? ServerProgram.WhyMissing("docker-registry", "docker-registry")
            ?? ServerProgram.WhyMissing("busybox", "busybox-static")
            ?? (Environment.IsPrivilegedProcess ? null : "Only root can start a Docker Engine, and this test needs one.");
        Assert.SkipWhen(why is not null, why ?? "");
        await _gate.WaitAsync(ct);
        try
        {
            if (_engine is not null) return;
            _registry = await RegistryServer.StartAsync(passwords: null, ct);
            await StartAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        if (_registry is not null) await _registry.DisposeAsync();
        await UnmountAsync();
        // Images may hold names that are not UTF-8, which the framework cannot delete.
        using (var remove = Process.Start("rm", ["-rf", _folder])) await remove.WaitForExitAsync();
        _gate.Dispose();
    }

    internal async Task<DockerEngine> ConnectAsync(CancellationToken ct) =>
        await DockerEngine.ConnectAsync(new DockerEndpoint(new Uri(Host), null, "the test"), TimeProvider.System, ct);

    private async Task StartAsync(CancellationToken ct)
    {
        DockerCertificates.Write(CertificateFolder);
        string tcp = $"tcp://127.0.0.1:{LoopbackPort.Free()}";
        SecureHost = tcp;
        _engine = await ServerProgram.StartAsync(
            "dockerd",
            [
                "--data-root", $"{_folder}/data", "--exec-root", $"{_folder}/exec", "--pidfile", $"{_folder}/engine.pid",
                "--host", Host, "--host", tcp, "--tlsverify", "--tlscacert", $"{CertificateFolder}/ca.pem",
                "--tlscert", $"{CertificateFolder}/server-cert.pem", "--tlskey", $"{CertificateFolder}/server-key.pem",
                "--bridge=none", "--iptables=false", "--storage-driver=vfs", "--config-file", Empty("engine.json"),
            ],
            IsReadyAsync,
            ct);
        using DockerEngine engine = await ConnectAsync(ct);
        await using Stream tar = Busybox();
        var parameters = new ImagesCreateParameters { FromSrc = "-", Repo = BaseImage.Split(':')[0], Tag = BaseImage.Split(':')[1] };
        await engine.SendAsync(
            client => client.Images.CreateImageAsync(parameters, tar, new AuthConfig(), new Progress<JSONMessage>(), ct), ct);

        async Task<bool> IsReadyAsync()
        {
            try
            {
                using DockerEngine connected = await ConnectAsync(ct);
                return true;
            }
            catch (RsolvDeploy.Errors.DeployException)
            {
                return false;       // not listening yet
            }
        }
    }

    // The engine leaves the network namespaces of its containers mounted when it ends.
    private async Task UnmountAsync()
    {
        if (!OperatingSystem.IsLinux()) return;
        var left = File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith($"{_folder}/", StringComparison.Ordinal))
            .Reverse()
            .ToList();
        foreach (string path in left)
        {
            using var umount = Process.Start("umount", [path]);
            await umount.WaitForExitAsync();
        }
    }

    private string Empty(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "{}");
        return path;
    }

    private static MemoryStream Busybox()
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            using FileStream program = File.OpenRead(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox");
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "bin/busybox")
            {
                DataStream = program,
                Mode = (UnixFileMode)Convert.ToInt32("755", 8),
            });
            foreach (string name in (string[])["sh", "echo", "sleep", "find", "seq", "cat", "sort", "stat", "readlink"])
                tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, $"bin/{name}") { LinkName = "busybox" });
        }

        stream.Position = 0;
        return stream;
    }
}
