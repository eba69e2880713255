namespace RsolvDeploy.Benchmarks;

/// <summary>The clone that the benchmarks were built in.</summary>
internal static class Clone
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RsolvDeploy.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No clone above {AppContext.BaseDirectory}.");
    }
}
