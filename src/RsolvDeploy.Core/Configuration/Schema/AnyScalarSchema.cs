using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A scalar of any type: text, a number or a boolean, kept as it is.</summary>
internal sealed record AnyScalarSchema : ScalarSchema
{
    public override string TypeName => "text, number or boolean";

    protected override string Expected => "text, a number or a boolean";

    public override JsonObject ToJsonSchema() => new() { ["type"] = new JsonArray("string", "number", "boolean") };

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context) => (scalar.Kind switch
    {
        ScalarKind.Boolean => CoreSchema.ParseBoolean(scalar.Text),
        ScalarKind.Integer => CoreSchema.ParseInteger(scalar.Text),
        ScalarKind.Float => CoreSchema.ParseNumber(scalar.Text),
        _ => (object)scalar.Text,
    }, null);
}
