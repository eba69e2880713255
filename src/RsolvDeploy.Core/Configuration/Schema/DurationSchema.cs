using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A duration between two bounds, both allowed. JSON Schema can express its form, not its bounds.</summary>
internal sealed record DurationSchema(TimeSpan Least, TimeSpan Most) : ScalarSchema
{
    public override string TypeName => $"duration, {Duration.Format(Least)} to {Duration.Format(Most)}";

    protected override string Expected => $"a duration from {Duration.Format(Least)} to {Duration.Format(Most)}, such as 10s, 5m or 1h30m";

    public override JsonObject ToJsonSchema()
    {
        var schema = OrSubstitution(new JsonObject { ["pattern"] = Duration.Pattern });
        schema.Insert(0, "type", "string");
        schema["examples"] = new JsonArray("10s", "5m", "1h30m");
        return schema;
    }

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context)
    {
        var duration = scalar.Kind == ScalarKind.Text ? Duration.Parse(scalar.Text) : null;
        return (duration >= Least && duration <= Most ? duration : null, null);
    }
}
