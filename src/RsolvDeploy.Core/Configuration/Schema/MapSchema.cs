using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A mapping whose keys are the operator's own names. What inherits it adds to it; null takes an entry away.</summary>
internal sealed record MapSchema(TextFormat Key, ValueSchema Value) : ValueSchema
{
    public override string TypeName => Value is ScalarSchema ? $"map of {Key.Name} to: {Value.TypeName}" : $"map of {Key.Name} to settings";

    /// <summary>The least number of entries.</summary>
    public int Least { get; init; }

    /// <summary>Whether null takes an inherited entry away.</summary>
    public bool Removable { get; init; } = true;

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node is not MappingNode mapping)
        {
            context.Problems.Add(node.At, context.Path, $"expected a mapping, found {node.Description}.");
            return null;
        }

        if (mapping.Entries.Count < Least) context.Problems.Add(node.At, context.Path, $"expected at least {Least} entry, found none.");
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            var at = context.At(entry.Key);
            if (Key.Parse(entry.Key, at) is null) context.Problems.Add(entry.At, at.Path, $"expected {Key.Expected} as the key.");
            if (Removable && entry.Value is ScalarNode { IsNull: true, IsEmpty: false }) continue;
            if (Value.Read(entry.Value, at) is { } value) values[entry.Key] = value;
        }

        return values;
    }

    public override JsonObject ToJsonSchema()
    {
        var value = Value.ToJsonSchema();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = Key.Pattern },
            ["additionalProperties"] = Removable ? Nullable.From(value) : value,
        };
        if (Least > 0) schema["minProperties"] = Least;
        return schema;
    }
}
