using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>Text that is not empty; of a form when one is given.</summary>
internal sealed record TextSchema(TextFormat? Format = null) : ScalarSchema
{
    public override string TypeName => Format?.Name ?? "text";

    protected override string Expected => Format?.Expected ?? "text";

    public override JsonObject ToJsonSchema()
    {
        if (Format is null) return new JsonObject { ["type"] = "string", ["minLength"] = 1 };
        var schema = OrSubstitution(new JsonObject { ["pattern"] = Format.Pattern });
        schema.Insert(0, "type", "string");
        schema["examples"] = new JsonArray(Format.Example);
        return schema;
    }

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context)
    {
        if (!scalar.Expanded && scalar.Kind != ScalarKind.Text) return (null, $"expected {Expected} (in quotes, to be text)");
        if (scalar.Text.Length == 0) return (null, $"expected {Expected} that is not empty");
        return (Format is null ? scalar.Text : Format.Parse(scalar.Text, context), null);
    }
}
