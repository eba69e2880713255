namespace RsolvDeploy.Services.Tests.Images.Contexts;

/// <summary>A context with every kind of name that the rules match.</summary>
internal static class ContextTree
{
    private static readonly string[] Files =
    [
        "app.txt", "README.md", "README-secret.md", "foo", "foobar", "xfoo", "fileA.txt", "file1.txt", "file2.txt", "file!.txt",
        "file?.txt", "with space.txt", "über.txt",
        "emoji😀.txt", "#hash", "!bang", "a+b(c).txt", "[x]", "star*.txt", "stars.txt", "back\\slash", "^foo", "{brace}$", "-dash",
        ".hidden", ".git/config",
        "docs/README.md", "docs/guide.md", "docs/api/README.md", "docs/api/v1/index.md", "docs/api/v1/README.md", "docs2/README.md",
        "src/main.c", "src/lib/util.c", "src/lib/util.o", "src/lib/foo", "src/foo/bar.txt", "src/Dockerfile", "src/.git",
        "vendor/keep/this", "vendor/keep/that/one", "vendor/drop/it", "node_modules/a/index.js", "packages/x/node_modules/b/index.js",
        "build/out.bin", "deep/1/2/3/4/end.txt", "deep/1/foo", "deep/end.txt",
    ];

    public static BuildFolder Create(BuildFolder folder)
    {
        foreach (string file in Files) folder.With(file, file);
        folder.With("Dockerfile", "FROM scratch\nCOPY . /\n").With("build/Dockerfile", "FROM scratch\nCOPY . /\n");
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link"), "docs");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link.txt"), "app.txt");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "dangling"), "nowhere");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "loop"), "loop");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Combine(folder.Path, "app.txt"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        }

        return folder;
    }
}
