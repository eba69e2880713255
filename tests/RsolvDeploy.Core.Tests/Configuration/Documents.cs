using System.Text.Json.Nodes;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>Reads configurations as the module does, in an environment of the test's own.</summary>
internal static class Documents
{
    public const string Folder = "/srv/rsolv";

    public const string Least = "version: 1\ntargets:\n  one: { namespace: n, deployment: d, environment: e";

    public static ConfigurationFile Parse(string text, params (string Name, string Value)[] environment) =>
        ConfigurationFile.Parse(
            text, $"{Folder}/rsolv.yaml", name => environment.FirstOrDefault(variable => variable.Name == name).Value, "/home/operator");

    /// <summary>The target "one" with these settings beside the least there has to be.</summary>
    public static Target One(string settings, params (string Name, string Value)[] environment) =>
        Parse($"{Least}, {settings} }}\n", environment).GetTarget("one");

    /// <summary>What is said of a document that is wrong.</summary>
    public static DeployException Refusal(string text) => Assert.Throws<DeployException>(() => Parse(text));

    public static JsonObject LeastJson() => new()
    {
        ["version"] = 1,
        ["targets"] = new JsonObject { ["one"] = new JsonObject { ["namespace"] = "n", ["deployment"] = "d", ["environment"] = "e" } },
    };
}
