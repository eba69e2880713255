namespace RsolvDeploy.Core.Tests.Images;

/// <summary>A build context in a folder of its own, and the target that is built from it.</summary>
internal sealed class BuildFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rsolv-images-").FullName;

    public BuildFolder With(string file, string content)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    public Target Target(string repository, Func<ImageSettings, ImageSettings>? change = null)
    {
        var image = new ImageSettings { Repository = repository, Context = Path };
        return new Target
        {
            Name = "production",
            ConfigurationPath = "/etc/rsolv.yaml",
            Namespace = "rsolv-production",
            Deployment = "rsolv-platform",
            Environment = "production",
            Tags = ["production-{utc:yyyyMMdd-HHmmss}", "production-{phase}", "production-latest"],
            Image = change is null ? image : change(image),
        };
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
