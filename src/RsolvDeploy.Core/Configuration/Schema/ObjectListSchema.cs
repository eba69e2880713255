using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>
/// A list of settings that are distinguished by one key. What inherits it adds to it, and replaces what has the same name.
/// </summary>
internal sealed record ObjectListSchema(ObjectSchema Item, string Name) : ValueSchema
{
    public override string TypeName => $"list of settings, each with its own '{Name}'";

    /// <summary>The key that distinguishes items of the same name; null when the name alone does.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether what inherits the list replaces it whole.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>The least number of items.</summary>
    public int Least { get; init; }

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node is not SequenceNode sequence)
        {
            context.Problems.Add(node.At, context.Path, $"expected a list, found {node.Description}.");
            return null;
        }

        if (sequence.Items.Count < Least)
            context.Problems.Add(node.At, context.Path, $"expected a list of at least {Least}, found {sequence.Items.Count}.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var items = new List<Settings>();
        for (var index = 0; index < sequence.Items.Count; index++)
        {
            var item = sequence.Items[index];
            if (NameOf(item) is { } name && !names.Add(name))
                context.Problems.Add(item.At, context.At(index).Path, $"the {Name} '{name}' stands here twice.");
            if (Item.Read(item, context.At(index)) is Settings settings) items.Add(settings);
        }

        return items;
    }

    public override JsonObject ToJsonSchema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Item.ToJsonSchema() };
        if (Least > 0) schema["minItems"] = Least;
        return schema;
    }

    /// <summary>The key that distinguishes an item from the others.</summary>
    public string? NameOf(ConfigNode item) =>
        Kind is null ? TextOf(item, Name)
        : TextOf(item, Name) is { } name && TextOf(item, Kind) is { } kind ? $"{kind}/{name}"
        : null;

    private static string? TextOf(ConfigNode item, string key) =>
        item is MappingNode mapping && mapping.Find(key)?.Value is ScalarNode { Pending: false } text ? text.Text : null;
}
