namespace RsolvDeploy.Core.Tests;

/// <summary>Where the repository lies that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    // The build may map source paths away, so the way leads up from the built tests, not from this file.
    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "RsolvDeploy.slnx"))
        ? folder
        : FindRoot(
            Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests run inside a clone of the repository."));
}
