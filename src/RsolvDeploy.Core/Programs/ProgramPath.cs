namespace RsolvDeploy.Programs;

/// <summary>Finds programs on the PATH. The current folder is never searched, so a file in a clone cannot pose as git or docker.</summary>
internal static class ProgramPath
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] Suffixes = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];

    /// <summary>The full path of a program on this process's PATH; null when it is not there.</summary>
    public static string? Find(string name) => Find(name, Environment.GetEnvironmentVariable("PATH"));

    /// <summary>The full path of a program on a PATH; null when it is not there. Entries that are not absolute are ignored.</summary>
    public static string? Find(string name, string? path)
    {
        if (name.Length == 0 || name.IndexOfAny(['/', '\\']) >= 0) return null;
        return Folders(path)
            .SelectMany(folder => Suffixes.Select(suffix => Path.Combine(folder, name + suffix)))
            .FirstOrDefault(IsExecutable);
    }

    /// <summary>A PATH without the entries that are not absolute; an empty one means the current folder.</summary>
    public static string Absolute(string? path) => string.Join(Path.PathSeparator, Folders(path));

    /// <summary>Where a program lies that is given by its name or by an absolute path.</summary>
    /// <exception cref="ProgramStartException">It is not there, or it is a relative path.</exception>
    public static string Resolve(string program)
    {
        if (Path.IsPathFullyQualified(program)) return program;
        return Find(program) ?? throw new ProgramStartException(program, "it is not on the PATH.");
    }

    private static IEnumerable<string> Folders(string? path) =>
        (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != UnixFileMode.None);
}
