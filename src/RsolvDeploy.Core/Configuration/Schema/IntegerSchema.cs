using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A whole number between two bounds, both allowed.</summary>
internal sealed record IntegerSchema(int Least, int Most) : ScalarSchema
{
    public override string TypeName => string.Create(CultureInfo.InvariantCulture, $"whole number, {Least} to {Most}");

    protected override string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Least} to {Most}");

    public override JsonObject ToJsonSchema() =>
        OrSubstitution(new JsonObject { ["type"] = "integer", ["minimum"] = Least, ["maximum"] = Most });

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context)
    {
        var number = scalar.Plain || scalar.Expanded ? CoreSchema.ParseInteger(scalar.Text) : null;
        return (number >= Least && number <= Most ? (int)number : null, null);
    }
}
