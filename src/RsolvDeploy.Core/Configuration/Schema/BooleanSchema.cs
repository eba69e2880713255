using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>True or false; yes and no are text.</summary>
internal sealed record BooleanSchema : ScalarSchema
{
    public override string TypeName => "boolean";

    protected override string Expected => "true or false";

    public override JsonObject ToJsonSchema() => OrSubstitution(new JsonObject { ["type"] = "boolean" });

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context) =>
        (scalar.Plain || scalar.Expanded ? CoreSchema.ParseBoolean(scalar.Text) : null, null);
}
