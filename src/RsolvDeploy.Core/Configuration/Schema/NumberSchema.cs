using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A number between two bounds.</summary>
/// <param name="Least">The lower bound.</param>
/// <param name="Most">The upper bound, allowed itself.</param>
/// <param name="AboveLeast">Whether the lower bound itself is too little.</param>
internal sealed record NumberSchema(double Least, double Most, bool AboveLeast = false) : ScalarSchema
{
    public override string TypeName =>
        string.Create(CultureInfo.InvariantCulture, $"number, {(AboveLeast ? "above " : "")}{Least} to {Most}");

    protected override string Expected =>
        string.Create(CultureInfo.InvariantCulture, $"a number {(AboveLeast ? "above" : "from")} {Least} to {Most}");

    public override JsonObject ToJsonSchema() => OrSubstitution(new JsonObject
    {
        ["type"] = "number",
        [AboveLeast ? "exclusiveMinimum" : "minimum"] = Least,
        ["maximum"] = Most,
    });

    protected override (object? Value, string? Error) Parse(ScalarNode scalar, ReadContext context)
    {
        var number = scalar.Plain || scalar.Expanded ? CoreSchema.ParseNumber(scalar.Text) : null;
        var inside = number <= Most && (AboveLeast ? number > Least : number >= Least);
        return (inside ? number : null, null);
    }
}
