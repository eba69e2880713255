using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>What the schemas of settings are made of.</summary>
internal static class SchemaParts
{
    /// <summary>No upper limit of a number.</summary>
    public const int Largest = int.MaxValue;

    /// <summary>The longest time of most settings.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The shortest time of most settings.</summary>
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Any text.</summary>
    public static readonly TextSchema Text = new();

    /// <summary>An environment variable that holds a value; never the value itself.</summary>
    public static readonly ObjectSchema FromEnvironment = new(
        new KeySchema("env", new TextSchema(TextFormats.EnvironmentVariable), "The environment variable that holds it.")
        {
            Required = true,
        })
    {
        Atomic = true,
    };

    /// <summary>A GitHub App.</summary>
    public static readonly ObjectSchema GitHubApp = new(
        new KeySchema("id", new TextSchema(TextFormats.Name), "The id or the client id of the App.") { Required = true },
        new KeySchema("key", FromEnvironment, "Where its private key is: PEM, or the path of the file.") { Required = true })
    {
        Atomic = true,
    };

    /// <summary>A key of a map of settings.</summary>
    public static KeySchema Key(string name, ValueSchema value, string description) => new(name, value, description);

    /// <summary>A text of a format.</summary>
    public static TextSchema For(TextFormat format) => new(format);
}
