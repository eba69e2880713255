using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings of the test data.</summary>
internal static class TestDataSchema
{
    private static readonly MapSchema Data = new(F.LabelName, new AnyScalarSchema());

    public static readonly ObjectSchema Settings = new(
        Key("path", For(F.UrlPath), "The path it is posted to.") with { Required = true },
        Key("header", For(F.HeaderName), "The header that carries the key.") with { Default = "x-api-key" },
        Key("key", new ObjectSchema(
            Key("secret", For(F.KubernetesName), "The Secret.") with { Required = true },
            Key("key", For(F.SecretKey), "The key in it.") with { Required = true })
        { Atomic = true }, "Where the key lies; never the key itself.") with
        { Required = true },
        Key("repo", For(F.GitHubRepository), "The repository that the data names.") with { Required = true },
        Key("issueNumber", new IntegerSchema(1, Largest), "The issue that the data names.") with { Required = true },
        Key("validation", Data, "Data of the validation, beside the defaults; text may use {run}, {commit}, {repo} and {issue}."),
        Key("mitigation", Data, "Data of the mitigation, likewise."));
}
