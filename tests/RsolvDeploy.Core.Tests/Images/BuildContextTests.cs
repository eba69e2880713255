using System.Formats.Tar;
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
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_folder.Path, "bin/run"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        List<TarEntry> entries = await PackAsync("Dockerfile");

        Assert.Equal(["Dockerfile", "bin/", "bin/run", "empty", "link"], entries.Select(e => e.Name));
        TarEntry run = entries[2];
        Assert.Equal("echo", await new StreamReader(run.DataStream!).ReadToEndAsync(TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, run.Mode);
        Assert.Equal((TarEntryType.SymbolicLink, "bin/run"), (entries[4].EntryType, entries[4].LinkName));
        Assert.All(entries, entry => Assert.Equal(0, entry.Uid));
    }

    [Fact]
    public async Task Names_longer_than_the_old_format_holds_come_through()
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
        _folder.With("Dockerfile", "FROM scratch").With("a", "x").With("b", "x").With(".dockerignore", "a").With("Dockerfile.dockerignore", "b");

        Assert.Equal([".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a"], (await PackAsync("Dockerfile")).Select(e => e.Name));
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
