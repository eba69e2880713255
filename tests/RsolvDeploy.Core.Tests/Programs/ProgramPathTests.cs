using RsolvDeploy.Programs;

namespace RsolvDeploy.Core.Tests.Programs;

/// <summary>Programs are found on the PATH and nowhere else.</summary>
public sealed class ProgramPathTests : IDisposable
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-path-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_folder_that_has_the_program_wins()
    {
        var (first, second) = (Program("first", "tool"), Program("second", "tool"));
        Assert.Equal(first, ProgramPath.Find("tool", PathOf("empty", "first", "second")));
        Assert.Equal(second, ProgramPath.Find("tool", PathOf("second", "first")));
    }

    [Fact]
    public void A_file_that_cannot_be_executed_is_passed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no execute bit.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Program("first", "tool"), UnixFileMode.UserRead);
        Assert.Equal(Program("second", "tool"), ProgramPath.Find("tool", PathOf("first", "second")));
    }

    [Fact]
    public void The_current_folder_is_not_searched()
    {
        Program(".", "tool");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder);
        Assert.Null(ProgramPath.Find("tool", string.Join(Path.PathSeparator, relative, ".", "", "..")));
        Assert.Null(ProgramPath.Find("./tool", PathOf(".")));
        Assert.Null(ProgramPath.Find("../tool", PathOf(".")));
    }

    [Fact]
    public void A_program_of_the_current_folder_is_not_started()
    {
        var program = Path.Combine(Environment.CurrentDirectory, "rsolv-trap" + Suffix);
        File.Copy(Program("first", "trap"), program, overwrite: true);
        try
        {
            Assert.Throws<ProgramStartException>(() => ProgramPath.Resolve("rsolv-trap"));
            Assert.Throws<ProgramStartException>(() => ProgramPath.Resolve(Path.Combine(".", "rsolv-trap" + Suffix)));
        }
        finally
        {
            File.Delete(program);
        }
    }

    [Fact]
    public void No_path_has_no_programs()
    {
        Assert.Null(ProgramPath.Find("tool", null));
        Assert.Null(ProgramPath.Find("", PathOf(".")));
    }

    private string Program(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName, name + Suffix));
        File.WriteAllText(path, "");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string PathOf(params string[] folders) =>
        string.Join(Path.PathSeparator, folders.Select(folder => Path.Combine(_folder, folder)));
}
