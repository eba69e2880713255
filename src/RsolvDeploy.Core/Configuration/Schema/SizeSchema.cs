using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A size of at least one byte, read as bytes.</summary>
internal sealed record SizeSchema : ScalarSchema
{
    public override string TypeName => "size";

    protected override string Expected => "a size such as 1GB or 500MiB";

    public override JsonObject ToJsonSchema()
    {
        var schema = OrSubstitution(new JsonObject { ["pattern"] = ByteSize.Pattern });
        schema.Insert(0, "type", "string");
        schema["examples"] = new JsonArray("1GB", "500MiB");
        return schema;
    }

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context)
    {
        var size = scalar.Kind == ScalarKind.Text ? ByteSize.Parse(scalar.Text) : null;
        return (size >= 1 ? size : null, null);
    }
}
