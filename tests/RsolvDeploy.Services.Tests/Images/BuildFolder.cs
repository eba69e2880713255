namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A build context in a temporary folder, and a target that is built from it.</summary>
internal sealed class BuildFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rsolv-images-").FullName;

    public BuildFolder With(string file, string content = "")
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    /// <summary>Logs in to a registry, in the docker configuration of this folder, as the user that its tests know.</summary>
    public BuildFolder WithLogin(string registry) => With(
        ".docker/config.json",
        $$"""{ "auths": { "{{registry}}": { "auth": "{{Convert.ToBase64String("deployer:sbxsecret-registry"u8)}}" } } }""");

    public Target Target(string registry, string builder, Func<ImageSettings, ImageSettings>? change = null)
    {
        var image = new ImageSettings
        {
            Repository = $"{registry}/rsolv-dev/rsolv-platform",
            Context = Path,
            Builder = builder,
            Platforms = ["linux/amd64"],
            MaxSize = 1_000_000_000,
        };
        return new Target
        {
            Name = "production",
            ConfigurationPath = "/etc/rsolv.yaml",
            Namespace = "rsolv-production",
            Deployment = "rsolv-platform",
            Environment = "production",
            Image = change is null ? image : change(image),
        };
    }

    public void Dispose()
    {
        // Names that are not UTF-8 are there only where there is a shell.
        if (OperatingSystem.IsWindows()) Directory.Delete(Path, recursive: true);
        else System.Diagnostics.Process.Start("rm", ["-rf", Path]).WaitForExit();
    }
}
