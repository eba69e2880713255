namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>The real plugin <c>docker-buildx</c>, where the docker program finds it from a home folder of the test's own.</summary>
internal static class BuildxPlugin
{
    private static readonly string[] Folders = ["/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins"];

    /// <summary>Links it there; the test is skipped in plain words where it is not installed.</summary>
    public static void Require(string home)
    {
        string? plugin = Folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "docker-buildx")).FirstOrDefault(File.Exists);
        string? why = DockerProgram.WhyMissing("docker", "docker.io") ?? (plugin is null ? "The plugin docker-buildx is not installed (Debian has no package of it), so this test has no real buildx to ask." : null);
        Assert.SkipWhen(why is not null, why ?? "");
        string folder = Path.Combine(home, ".docker", "cli-plugins");
        Directory.CreateDirectory(folder);
        File.CreateSymbolicLink(Path.Combine(folder, "docker-buildx"), plugin!);
    }
}
