using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using RsolvDeploy.Configuration.Diagnostics;
using RsolvDeploy.Configuration.Schema;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>The published JSON Schema and the parser say the same of every place; an independent validator is the judge.</summary>
public class SchemaTests
{
    private static readonly JsonSchema Published = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "rsolv.schema.json")),
        new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    [Fact]
    public void The_example_fits_the_published_schema()
    {
        // The example is YAML; the parser's own reading of it, written as JSON, is what the validator sees.
        var problems = new Problems("rsolv.yaml");
        var root = RsolvDeploy.Configuration.Yaml.YamlReader.Read(
            File.ReadAllText(Path.Combine(Repository.Root, "examples", "rsolv.yaml")), problems);
        Assert.False(problems.Any);
        Assert.True(Accepts(YamlAsJson.From(root!)!));
    }

    [Fact]
    public void Parser_and_schema_agree_on_every_place()
    {
        var looser = new SortedSet<string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        var places = 0;
        foreach (var (path, schema, put) in SchemaWalk.Places())
        {
            places++;
            foreach (var value in SchemaWalk.Values(schema))
            {
                var shown = value?.ToJsonString() ?? "null";
                var document = put(value);
                var (bySchema, byParser) = (Accepts(document), Parses(document));
                if (byParser && !bySchema) wrong.Add($"{path} = {shown}: the parser reads it, the schema refuses it");
                if (bySchema && !byParser)
                {
                    if (Reason(schema, shown) is { } reason) looser.Add(reason);
                    else wrong.Add($"{path} = {shown}: the schema accepts it, the parser refuses it");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        Assert.True(places > 120, $"only {places} places were walked");

        // What JSON Schema cannot say is listed, so that a new difference is noticed.
        Assert.Equal(
            [
                "bounds of a duration or size",
                "date format of a tag",
                "inherited settings that are missing",
                "regular expression that does not compile",
                "time zone that does not exist",
            ],
            looser);
    }

    private static bool Accepts(JsonNode document) => Published.Evaluate(JsonSerializer.SerializeToElement(document)).IsValid;

    private static bool Parses(JsonNode document)
    {
        try
        {
            _ = Documents.Parse(document.ToJsonString());
            return true;
        }
        catch (DeployException)
        {
            return false;
        }
    }

    private static string? Reason(ValueSchema schema, string value) => schema switch
    {
        DurationSchema or SizeSchema => "bounds of a duration or size",
        TextSchema { Format.Name: "tag template" } => "date format of a tag",
        ListSchema { Item: TextSchema { Format.Name: "tag template" } } => "date format of a tag",
        TextSchema { Format: var format } when format == TextFormats.RegularExpression => "regular expression that does not compile",
        TextSchema { Format: var format } when format == PolicyFormats.TimeZone => "time zone that does not exist",
        ObjectSchema or MapSchema when value is "{}" or "null" => "inherited settings that are missing",
        ObjectListSchema when value == "[{}]" => "inherited settings that are missing",
        _ when value == "null" => "inherited settings that are missing",
        _ => null,
    };
}
