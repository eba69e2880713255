using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Diagnostics;
using RsolvDeploy.Configuration.Yaml;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A mapping with known keys.</summary>
internal sealed record ObjectSchema(params KeySchema[] Keys) : ValueSchema
{
    public override string TypeName => "settings";

    /// <summary>Keys of which exactly one has to be there. Inheriting, one replaces the other.</summary>
    public IReadOnlyList<string> ExactlyOne { get; init; } = [];

    /// <summary>Keys of which one has to be there at least; of settings that are one value.</summary>
    public IReadOnlyList<string> AtLeastOne { get; init; } = [];

    /// <summary>Groups of keys that exclude each other.</summary>
    public IReadOnlyList<IReadOnlyList<string>> AtMostOne { get; init; } = [];

    /// <summary>Groups of keys that need each other.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Together { get; init; } = [];

    /// <summary>Two keys that may not both have a value, and what to do when they have.</summary>
    public (string Left, string Right, string Remedy)? Apart { get; init; }

    /// <summary>Whether it is one value that is replaced whole, instead of being merged key by key.</summary>
    public bool Atomic { get; init; }

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node is not MappingNode mapping)
        {
            context.Problems.Add(
                node.At, context.Path, $"expected a mapping with {Names(Keys.Select(key => key.Name))}, found {node.Description}.");
            return null;
        }

        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries) ReadEntry(entry, context, values);
        CheckExactlyOne(mapping, context);
        foreach (var keys in AtMostOne) CheckAtMostOne(keys, mapping, context);
        if (AtLeastOne.Count > 0 && !AtLeastOne.Any(name => mapping.Find(name) is not null))
            context.Problems.Add(mapping.At, context.Path, $"one of {Names(AtLeastOne)} is missing.");
        foreach (var keys in Together) CheckTogether(keys, mapping, context);
        CheckApart(mapping, context);
        if (Atomic || context.Whole) CheckRequired(mapping, context);
        return new Settings(values);
    }

    public override JsonObject ToJsonSchema()
    {
        var properties = new JsonObject();
        foreach (var key in Keys) properties[key.Name] = PropertyOf(key);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (Atomic && Keys.Any(key => key.Required))
            schema["required"] = new JsonArray([.. Keys.Where(key => key.Required).Select(key => (JsonNode)key.Name)]);
        var pairs = AtMostOne.Prepend(ExactlyOne).SelectMany(Pairs).ToArray();
        if (Apart is { } apart) pairs = [.. pairs, NotBoth(apart.Left, apart.Right)];
        if (pairs.Length > 0) schema["allOf"] = new JsonArray(pairs);
        if (AtLeastOne.Count > 0)
            schema["anyOf"] = new JsonArray([.. AtLeastOne.Select(key => (JsonNode)new JsonObject { ["required"] = new JsonArray(key) })]);
        if (Together.Count > 0)
        {
            schema["dependentRequired"] = new JsonObject(Together.SelectMany(keys => keys.Select(key => KeyValuePair.Create(
                key, (JsonNode?)new JsonArray([.. keys.Where(other => other != key).Select(other => (JsonNode)other)])))));
        }

        return schema;
    }

    // Null takes away what is inherited, so it may stand beside the other key.
    private static JsonObject NotBoth(string left, string right) => new()
    {
        ["not"] = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray(left, right),
            ["properties"] = new JsonObject
            {
                [left] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } },
                [right] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } },
            },
        },
    };

    private static IEnumerable<JsonNode> Pairs(IReadOnlyList<string> keys) =>
        keys.SelectMany((left, index) => keys.Skip(index + 1).Select(right => (JsonNode)new JsonObject
        {
            // the type, as null may stand here too
            ["not"] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray(left, right) },
        }));

    private JsonObject PropertyOf(KeySchema key)
    {
        var schema = key.Value.ToJsonSchema();
        if (!Atomic && !key.Required) schema = Nullable.From(schema);
        var description = key.Description + (key.Required && !Atomic ? " Required, here or inherited." : "");
        if (key.Default is not null) description += $" Default: {key.Default}.";
        schema.Insert(0, "description", description);
        return schema;
    }

    private void ReadEntry(MappingEntry entry, ReadContext context, Dictionary<string, object?> values)
    {
        var at = context.At(entry.Key);
        var key = Array.Find(Keys, key => key.Name == entry.Key);
        if (key is null)
        {
            context.Problems.Add(entry.At, at.Path, Unknown(entry.Key));
        }
        else if (entry.Value is ScalarNode { IsEmpty: true })
        {
            context.Problems.Add(entry.Value.At, at.Path, key.Required || Atomic
                ? "this key has no value."
                : "this key has no value; to take away what is inherited, write null.");
        }
        else if (entry.Value is ScalarNode { IsNull: true } && !key.Required && !Atomic)
        {
            return;
        }
        else
        {
            values[key.Name] = key.Value.Read(entry.Value, at);
        }
    }

    private string Unknown(string key)
    {
        var names = Keys.Select(known => known.Name).Order(StringComparer.Ordinal).ToArray();
        var guess = Suggestion.For(key, names) is { } name ? $"; did you mean '{name}'?" : ".";
        var warning = CredentialDetector.IsCredentialName(key)
            ? " Credentials never stand here; they come from a Kubernetes Secret, an environment variable or a -Credential parameter."
            : "";
        return $"this key is unknown{guess} Allowed here: {string.Join(", ", names)}.{warning}";
    }

    private void CheckExactlyOne(MappingNode mapping, ReadContext context)
    {
        if (ExactlyOne.Count == 0) return;
        if (CheckAtMostOne(ExactlyOne, mapping, context)
            && context.Whole && !ExactlyOne.Any(name => mapping.Find(name) is { Value: not ScalarNode { IsNull: true } }))
        {
            context.Problems.Add(mapping.At, context.Path, $"one of {Names(ExactlyOne)} is missing.");
        }
    }

    private static bool CheckAtMostOne(IReadOnlyList<string> keys, MappingNode mapping, ReadContext context)
    {
        var present = keys.Where(name => mapping.Find(name) is not null).ToArray();
        if (present.Length <= 1) return true;
        context.Problems.Add(mapping.At, context.Path, $"only one of {Names(keys)} may be here; found {string.Join(" and ", present)}.");
        return false;
    }

    private static void CheckTogether(IReadOnlyList<string> keys, MappingNode mapping, ReadContext context)
    {
        var missing = keys.Where(name => mapping.Find(name) is null).ToArray();
        if (missing.Length == 0 || missing.Length == keys.Count) return;
        context.Problems.Add(mapping.At, context.Path, $"{Names(keys)} belong together; {string.Join(", ", missing)} is missing.");
    }

    private void CheckApart(MappingNode mapping, ReadContext context)
    {
        if (Apart is not { } apart || !HasValue(mapping, apart.Left) || !HasValue(mapping, apart.Right)) return;
        context.Problems.Add(
            mapping.Find(apart.Right)!.At, context.At(apart.Right).Path, $"it cannot be combined with '{apart.Left}'. {apart.Remedy}");
    }

    private static bool HasValue(MappingNode mapping, string name) =>
        mapping.Find(name) is { Value: not ScalarNode { IsNull: true } };

    private void CheckRequired(MappingNode mapping, ReadContext context)
    {
        foreach (var key in Keys.Where(key => key.Required && mapping.Find(key.Name) is null))
        {
            context.Problems.Add(
                mapping.At,
                context.Path.Length == 0 ? key.Name : $"{context.Path}.{key.Name}",
                $"the key '{key.Name}' is missing: {Lower(key.Description)}");
        }
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    public bool Equals(ObjectSchema? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Keys.Length;
}
