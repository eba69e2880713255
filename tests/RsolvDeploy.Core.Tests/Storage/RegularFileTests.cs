using System.Diagnostics;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Core.Tests.Storage;

/// <summary>Only regular files of a bounded size are read, and nothing blocks.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_regular_file_is_read_whole()
    {
        var path = Path.Combine(_folder, "one");
        File.WriteAllText(path, "content");
        Assert.Equal("content"u8.ToArray(), RegularFile.ReadAll(path, 7, out var problem));
        Assert.Equal("", problem);
        Assert.Empty(RegularFile.ReadAll(path, 6, out problem));
        Assert.Equal("is larger than 6 bytes", problem);
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        var path = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(path, "/etc/hostname");
        Assert.Empty(RegularFile.ReadAll(path, 1000, out var problem));
        Assert.Equal("is a link", problem);
    }

    // A copy that shares its files with another copy (rsync --link-dest) stays readable.
    [Fact]
    public void A_second_name_of_an_own_file_is_read_and_one_of_another_user_is_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root gives files to others.");
        var (original, link) = (Path.Combine(_folder, "original"), Path.Combine(_folder, "link"));
        File.WriteAllText(original, "content");
        Run("ln", original, link);
        Assert.Equal("content"u8.ToArray(), RegularFile.ReadAll(link, 1000, out var problem));
        Run("chown", "65534", original);
        Assert.Empty(RegularFile.ReadAll(link, 1000, out problem));
        Assert.Equal("is another user's file under a second name", problem);
        File.Delete(link);
        Assert.Equal("content"u8.ToArray(), RegularFile.ReadAll(original, 1000, out problem));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var run = Process.Start(program, arguments);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task A_pipe_without_a_writer_does_not_block()
    {
        var path = NamedPipe(Path.Combine(_folder, "pipe"));
        var ct = TestContext.Current.CancellationToken;
        var problem = await Task.Run(() => { RegularFile.ReadAll(path, 1000, out var found); return found; }, ct)
            .WaitAsync(TimeSpan.FromSeconds(30), ct);
        Assert.Equal("is no regular file", problem);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error() =>
        Assert.Throws<FileNotFoundException>(() => RegularFile.ReadAll(Path.Combine(_folder, "none"), 1000, out _));

    /// <summary>Makes a named pipe.</summary>
    internal static string NamedPipe(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes in a folder exist on Linux.");
        using var made = Process.Start("mkfifo", path);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }
}
