using System.Diagnostics;
using System.Formats.Tar;
using System.Net.Sockets;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class BuildContextTests : IDisposable
{
    private readonly BuildFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_archive_holds_files_folders_links_and_modes()
    {
        _folder.With("Dockerfile", "FROM scratch").With("bin/run", "echo").With("empty", "");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), "bin/run");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder.Path, "bin/run"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        List<TarEntry> entries = await PackAsync("Dockerfile");

        Assert.Equal(["Dockerfile", "bin/", "bin/run", "empty", "link"], entries.Select(e => e.Name));
        TarEntry run = entries[2];
        Assert.Equal("echo", await new StreamReader(run.DataStream!).ReadToEndAsync(TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, run.Mode);
        Assert.Equal((TarEntryType.SymbolicLink, "bin/run"), (entries[4].EntryType, entries[4].LinkName));
        Assert.All(entries, entry => Assert.Equal(0, entry.Uid));
    }

    [Fact]
    public async Task Names_longer_than_the_old_format_allows_are_archived()
    {
        string name = $"{new string('a', 90)}/{new string('b', 90)}/{new string('ü', 60)}";
        _folder.With("Dockerfile", "FROM scratch").With(name, "deep");

        Assert.Contains(name, (await PackAsync("Dockerfile")).Select(e => e.Name));
    }

    [Fact]
    public async Task The_Dockerfile_is_sent_whatever_the_rules_say()
    {
        _folder.With("build/Dockerfile", "FROM scratch").With("build/other", "x").With("a", "x").With(".dockerignore", "**");

        Assert.Equal([".dockerignore", "build/Dockerfile"], (await PackAsync("build/Dockerfile")).Select(e => e.Name));
    }

    [Fact]
    public async Task A_Dockerfile_may_have_rules_of_its_own()
    {
        _folder
            .With("Dockerfile", "FROM scratch")
            .With("a", "x")
            .With("b", "x")
            .With(".dockerignore", "a")
            .With("Dockerfile.dockerignore", "b");

        Assert.Equal([".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a"], (await PackAsync("Dockerfile")).Select(e => e.Name));
    }

    [Fact]
    public async Task Links_that_lead_round_are_sent_as_links()
    {
        _folder.With("Dockerfile", "FROM scratch").With("sub/file", "x");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "b"), "a");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "sub", "up"), "..");

        List<TarEntry> entries = await PackAsync("Dockerfile");

        Assert.Equal(["Dockerfile", "a", "b", "sub/", "sub/file", "sub/up"], entries.Select(entry => entry.Name));
        Assert.Equal(
            ["b", "a", ".."], entries.Where(entry => entry.EntryType == TarEntryType.SymbolicLink).Select(entry => entry.LinkName));
    }

    [Fact]
    public async Task A_socket_is_excluded_and_a_pipe_is_sent_without_being_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        _folder.With("Dockerfile", "FROM scratch").With("empty", "");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "app.sock")));
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(_folder.Path, "pipe")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        List<TarEntry> entries = await PackAsync("Dockerfile").WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(
            [("Dockerfile", TarEntryType.RegularFile), ("empty", TarEntryType.RegularFile), ("pipe", TarEntryType.Fifo)],
            entries.Select(entry => (entry.Name, entry.EntryType)));
        Assert.All(entries, entry => Assert.Equal(0, entry.Uid));
    }

    [Fact]
    public async Task A_large_file_that_the_rules_leave_out_is_never_opened()
    {
        _folder.With("Dockerfile", "FROM scratch").With(".dockerignore", "*.img\ncache\n").With("cache/more.img", "");
        // Nobody else can open them while these are held.
        await using var held = new FileStream(
            Path.Combine(_folder.Path, "disk.img"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        held.SetLength(5L << 30);
        await using var below = new FileStream(
            Path.Combine(_folder.Path, "cache/more.img"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        below.SetLength(5L << 30);

        Assert.Equal([".dockerignore", "Dockerfile"], (await PackAsync("Dockerfile")).Select(entry => entry.Name));
        await held.DisposeAsync();
        File.WriteAllText(Path.Combine(_folder.Path, ".dockerignore"), "");
        File.Delete(Path.Combine(_folder.Path, "disk.img"));
        Assert.Equal("BuildContextUnreadable", (await Assert.ThrowsAsync<DeployException>(() => PackAsync("Dockerfile"))).Id);
    }

    [Fact]
    public async Task What_may_not_be_read_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        if (Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable(WithoutOverride) is null)
        {
            await RunAgainWithoutOverrideAsync(nameof(What_may_not_be_read_is_named));
            return;
        }

        foreach (string file in (string[])["secret.txt", "empty.txt"])
        {
            using var folder = new BuildFolder().With("Dockerfile", "FROM scratch").With(file, file == "empty.txt" ? "" : "x");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder.Path, file), UnixFileMode.None);

            DeployException fault = await Assert.ThrowsAsync<DeployException>(() =>
                new BuildContext(folder.Path, "Dockerfile").WriteAsync(Stream.Null, TestContext.Current.CancellationToken));

            Assert.Equal("BuildContextUnreadable", fault.Id);
            Assert.Contains(Path.Combine(folder.Path, file), fault.Message, StringComparison.Ordinal);
        }
    }

    private const string WithoutOverride = "RSOLV_TEST_WITHOUT_OVERRIDE";

    // Root reads everything, unless the power to do so is taken from it.
    private static async Task RunAgainWithoutOverrideAsync(string test)
    {
        var start = new ProcessStartInfo("setpriv") { RedirectStandardOutput = true };
        foreach (string argument in (string[])
        [
            "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search", Environment.ProcessPath!,
            "-method", $"*.{test}",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[WithoutOverride] = "1";
        using Process again = Process.Start(start)!;
        string output = await again.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await again.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(again.ExitCode == 0, output);
        Assert.Contains("Total: 1,", output, StringComparison.Ordinal);
        Assert.Contains("Skipped: 0,", output, StringComparison.Ordinal);
    }

    private async Task<List<TarEntry>> PackAsync(string dockerfile)
    {
        var ct = TestContext.Current.CancellationToken;
        var stream = new MemoryStream();
        await new BuildContext(_folder.Path, dockerfile).WriteAsync(stream, ct);
        stream.Position = 0;
        var entries = new List<TarEntry>();
        var reader = new TarReader(stream);
        while (await reader.GetNextEntryAsync(copyData: true, ct) is { } entry) entries.Add(entry);
        return entries;
    }
}
