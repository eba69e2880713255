namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>The clone these tests were built in.</summary>
internal static class Clone
{
    public static string Root { get; } = Find();

    public static string Manifest { get; } = Path.Combine(Root, "RsolvDeploy.psd1");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RsolvDeploy.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No clone above {AppContext.BaseDirectory}.");
    }
}
