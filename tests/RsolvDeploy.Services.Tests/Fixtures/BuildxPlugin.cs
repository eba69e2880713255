namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>The real plugin <c>docker-buildx</c>, linked where the docker program finds it from the test's home folder.</summary>
internal static class BuildxPlugin
{
    private static readonly string[] Folders =
    [
        "/usr/libexec/docker/cli-plugins",
        "/usr/lib/docker/cli-plugins",
        "/usr/local/lib/docker/cli-plugins",
        "/usr/local/libexec/docker/cli-plugins",
    ];

    /// <summary>Links it; skips the test when it is not installed.</summary>
    public static void Require(string home)
    {
        string? plugin = Folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "docker-buildx")).FirstOrDefault(File.Exists);
        string? why = ServerProgram.WhyMissing("docker", "docker.io")
            ?? (plugin is null
                ? "The plugin docker-buildx is not installed (Debian package docker-buildx, from trixie on), and this test needs it."
                : null);
        Assert.SkipWhen(why is not null, why ?? "");
        string folder = Path.Combine(home, ".docker", "cli-plugins");
        Directory.CreateDirectory(folder);
        File.CreateSymbolicLink(Path.Combine(folder, "docker-buildx"), plugin!);
    }
}
