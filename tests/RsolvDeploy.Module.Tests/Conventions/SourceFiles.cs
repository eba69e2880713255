using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>The C# files of the clone, without what a build writes.</summary>
internal static class SourceFiles
{
    private static readonly char Separator = Path.DirectorySeparatorChar;

    public static IEnumerable<(string Path, string Name)> Below(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Clone.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Separator}obj{Separator}", StringComparison.Ordinal)
                && !path.Contains($"{Separator}bin{Separator}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => (path, Path.GetRelativePath(Clone.Root, path).Replace('\\', '/')));
}
