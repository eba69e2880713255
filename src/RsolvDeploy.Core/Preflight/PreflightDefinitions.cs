using RsolvDeploy.Checks;

namespace RsolvDeploy.Preflight;

/// <summary>The definitions that are made from the configuration: review rules, and keys of Secrets.</summary>
internal static class PreflightDefinitions
{
    public static CheckDefinition Review(ReviewRule rule) => CheckTable.ConfigRule.For(rule.Id, $"{rule.File} {Condition(rule)}");

    public static CheckDefinition Secret(string name, string key, string kind) =>
        CheckTable.SecretsKey.For(key, $"{name} holds {key}, {kind}");

    private static string Condition(ReviewRule rule) => rule switch
    {
        { Contains: { } text } => $"contains '{text}'",
        { Lacks: { } text } => $"does not contain '{text}'",
        { Matches: { } pattern } => $"matches /{pattern}/",
        { Exists: false } => "does not exist",
        _ => "exists",
    };
}
