namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A build context in a folder of its own, and the target that is built from it.</summary>
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

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
