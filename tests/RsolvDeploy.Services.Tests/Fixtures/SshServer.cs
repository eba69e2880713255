using System.Diagnostics;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>
/// A real sshd on loopback with its own keys, whose sessions reach the engine under test; and an ssh that connects to it.
/// </summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly ServerProgram _program;
    private readonly string _folder;

    private SshServer(ServerProgram program, string folder, int port)
    {
        _program = program;
        _folder = folder;
        Host = $"ssh://{Environment.UserName}@127.0.0.1:{port}";
    }

    /// <summary>What <c>DOCKER_HOST</c> would name.</summary>
    public string Host { get; }

    /// <summary>A PATH whose ssh knows the server and has the key.</summary>
    public string SearchPath => $"{_folder}/bin:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>The number of connections so far.</summary>
    public int Connections => File.Exists($"{_folder}/calls") ? File.ReadAllLines($"{_folder}/calls").Length : 0;

    public static async Task<SshServer> StartAsync(string dockerHost, CancellationToken ct)
    {
        string? why = ServerProgram.WhyMissing("sshd", "openssh-server")
            ?? ServerProgram.WhyMissing("ssh", "openssh-client")
            ?? ServerProgram.WhyMissing("docker", "docker.io");
        Assert.SkipWhen(why is not null, why ?? "");
        string folder = Directory.CreateTempSubdirectory("rsolv-ssh-").FullName;
        Directory.CreateDirectory("/run/sshd");
        foreach (string key in (string[])["host", "user"]) await KeyAsync($"{folder}/{key}", ct);
        int port = LoopbackPort.Free();
        File.Copy($"{folder}/user.pub", $"{folder}/authorized");
        await File.WriteAllTextAsync($"{folder}/known", $"[127.0.0.1]:{port} {await File.ReadAllTextAsync($"{folder}/host.pub", ct)}", ct);
        await File.WriteAllTextAsync($"{folder}/sshd.conf", $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            PidFile {folder}/sshd.pid
            AuthorizedKeysFile {folder}/authorized
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            SetEnv DOCKER_HOST={dockerHost}
            """ + "\n", ct);
        await File.WriteAllTextAsync(
            $"{folder}/ssh.conf",
            $"IdentityFile {folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known\nStrictHostKeyChecking yes\n",
            ct);
        Directory.CreateDirectory($"{folder}/bin");
        await File.WriteAllTextAsync(
            $"{folder}/bin/ssh", $"#!/bin/sh\necho call >> {folder}/calls\nexec /usr/bin/ssh -F {folder}/ssh.conf \"$@\"\n", ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode($"{folder}/bin/ssh", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ServerProgram program = await ServerProgram.StartAsync(
            "sshd", ["-D", "-e", "-f", $"{folder}/sshd.conf"], () => Task.FromResult(File.Exists($"{folder}/sshd.pid")), ct);
        return new SshServer(program, folder, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task KeyAsync(string path, CancellationToken ct)
    {
        using var keygen = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
        await keygen.WaitForExitAsync(ct);
        Assert.Equal(0, keygen.ExitCode);
    }
}
