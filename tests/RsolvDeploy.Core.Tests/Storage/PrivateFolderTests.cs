using RsolvDeploy.Storage;

namespace RsolvDeploy.Core.Tests.Storage;

public sealed class PrivateFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("rsolv-folder-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_file_is_its_owners_alone_and_is_read_again()
    {
        using var folder = new PrivateFolder(_path);
        var read = new byte[8];

        Assert.Equal(5, folder.WriteAndRead("ü one.yaml", "hello"u8, read));

        Assert.Equal("hello"u8, read.AsSpan(0, 5));
        Assert.Equal("hello"u8, File.ReadAllBytes(Path.Combine(_path, "ü one.yaml")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_path, "ü one.yaml")));
    }

    [Fact]
    public void An_existing_file_is_left_as_it_is()
    {
        File.WriteAllText(Path.Combine(_path, "one"), "mine");
        using var folder = new PrivateFolder(_path);

        Assert.Throws<IOException>(() => folder.WriteAndRead("one", "other"u8, new byte[5]));

        Assert.Equal("mine", File.ReadAllText(Path.Combine(_path, "one")));
    }

    [Fact]
    public void A_folder_that_was_deleted_and_made_again_takes_files()
    {
        using var folder = new PrivateFolder(_path);
        Directory.Delete(_path);
        Directory.CreateDirectory(_path);

        folder.WriteAndRead("one", "hello"u8, new byte[5]);

        var file = Path.Combine(_path, "one");
        Assert.Equal("hello"u8, File.ReadAllBytes(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_missing_folder_is_an_error()
    {
        using var folder = new PrivateFolder(Path.Combine(_path, "missing"));

        Assert.Throws<DirectoryNotFoundException>(() => folder.WriteAndRead("one", "hello"u8, new byte[5]));
    }
}
