using System.Text.Json.Nodes;
using RsolvDeploy.Configuration;
using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>Every place of the configuration, each with documents that put right and wrong values there.</summary>
internal static class SchemaWalk
{
    private static readonly string[] Anything =
    [
        "null", "true", "false", "0", "1", "5", "-1", "1.5", "0.5", "99999999999", "\"\"", "\"a\"", "\"text\"", "\"UPPER case\"", "\"a/b\"",
        "\"a/b:80\"", "\"a/b:0\"",
        "\"/x\"", "\"/x y\"", "\"10s\"", "\"1h30m\"", "\"0s\"", "\"99d\"", "\"1GB\"", "\"0B\"", "\"true\"", "\"5\"", "\"null\"", "\"é\"",
        "\"two\\nlines\"", "\"-x\"", "\"x-\"",
        "\"https://a.example\"", "\"ftp://a.example\"", "\"$.a.b\"", "\"$\"", "\"hex(64)\"", "\"hex(0)\"", "\"${NAME}\"", "\"${NAME:-x}\"",
        "\"{phase}\"", "\"{utc:q}\"", "\"{nothing}\"",
        "\"(\"", "\"a*\"", "\"~/x\"", "\"linux/amd64\"", "\"ghcr.io/a/b\"", "\"ghcr.io/a/b:tag\"", "\"deploy.yml\"", "[]", "[\"a\"]", "[1]",
        "[null]", "[[]]", "[{}]", "{}", "{\"a\":\"b\"}", "{\"a\":null}",
        "{\"a\":{\"b\":\"url\"}}", "{\"A b\":\"c\"}", $"\"{new string('x', 64)}\"",
    ];

    /// <summary>Every key with its path below a target, the document itself included.</summary>
    public static IEnumerable<(string Path, ValueSchema Schema, Func<JsonNode?, JsonObject> Put)> Places()
    {
        foreach (var key in ConfigurationSchema.Document.Keys)
            yield return (key.Name, key.Value, value => With(Documents.LeastJson(), key.Name, value));
        foreach (var place in Below("targets.one", ConfigurationSchema.Target, InTarget)) yield return place;

        static JsonObject InTarget(JsonNode? target)
        {
            var document = Documents.LeastJson();
            if (target!.AsObject().ContainsKey("workloads")) document["targets"]!["one"]!.AsObject().Remove("deployment");
            foreach (var (name, value) in target.AsObject().ToList())
            {
                target[name] = null;
                document["targets"]!["one"]![name] = value?.DeepClone();
            }

            return document;
        }
    }

    /// <summary>A right value.</summary>
    public static JsonNode Sample(ValueSchema schema) => schema switch
    {
        TextSchema { Format: { } format } => format.Example,
        TextSchema or AnyScalarSchema => "text",
        BooleanSchema => true,
        IntegerSchema number => number.Least,
        NumberSchema number => number.AboveLeast ? number.Least + 1 : number.Least,
        DurationSchema => "10s",
        SizeSchema => "1GB",
        ListSchema list => new JsonArray(Sample(list.Item)),
        ObjectListSchema list => new JsonArray(Sample(list.Item)),
        MapSchema map => new JsonObject { [map.Key.Example] = Sample(map.Value) },
        ObjectSchema settings => SampleOf(settings, null),
        _ => throw new NotSupportedException(schema.GetType().Name),
    };

    /// <summary>Right and wrong values for a place: its own sample, and one of every kind there is.</summary>
    public static IEnumerable<JsonNode?> Values(ValueSchema schema) =>
        Anything.Select(text => JsonNode.Parse(text)).Prepend(Sample(schema));

    private static IEnumerable<(string, ValueSchema, Func<JsonNode?, JsonObject>)> Below(
        string path, ValueSchema schema, Func<JsonNode?, JsonObject> put)
    {
        switch (schema)
        {
            case ObjectSchema settings:
                foreach (var key in settings.Keys.Where(key => key.Name != "extends"))
                {
                    JsonObject PutKey(JsonNode? value) => put(With(SampleOf(settings, key.Name), key.Name, value));
                    yield return ($"{path}.{key.Name}", key.Value, PutKey);
                    foreach (var place in Below($"{path}.{key.Name}", key.Value, PutKey)) yield return place;
                }

                yield return ($"{path}.unknownKey", new BooleanSchema(), value => put(With(SampleOf(settings, null), "unknownKey", value)));
                break;
            case MapSchema map:
                JsonObject PutEntry(JsonNode? value) => put(new JsonObject { [map.Key.Example] = value });
                yield return ($"{path}.*", map.Value, PutEntry);
                foreach (var place in Below($"{path}.*", map.Value, PutEntry)) yield return place;
                break;
            case ListSchema list:
                yield return ($"{path}[]", list.Item, value => put(new JsonArray(value)));
                break;
            case ObjectListSchema list:
                foreach (var place in Below($"{path}[]", list.Item, value => put(new JsonArray(value)))) yield return place;
                break;
        }
    }

    // What is required, and of what excludes each other the key in question or the first.
    private static JsonObject SampleOf(ObjectSchema settings, string? with)
    {
        var one = settings.ExactlyOne.Contains(with) ? with : settings.ExactlyOne is [var first, ..] ? first : null;
        var sample = new JsonObject();
        foreach (var key in settings.Keys.Where(key => key.Required || key.Name == one)) sample[key.Name] = Sample(key.Value);
        return sample;
    }

    private static JsonObject With(JsonObject settings, string name, JsonNode? value)
    {
        settings[name] = value;
        return settings;
    }
}
