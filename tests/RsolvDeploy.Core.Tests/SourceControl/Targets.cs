namespace RsolvDeploy.Core.Tests.SourceControl;

/// <summary>Targets with a source tree.</summary>
internal static class Targets
{
    public static Target With(string source, params ReviewRule[] rules) => new()
    {
        Name = "production",
        ConfigurationPath = "/etc/rsolv.yaml",
        Namespace = "ns",
        Deployment = "app",
        Environment = "production",
        Source = new SourceSettings(source, "origin", "main"),
        Review = rules,
    };
}
