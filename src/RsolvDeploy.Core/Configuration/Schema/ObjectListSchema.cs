using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>
/// A list of settings that are distinguished by one key. What inherits it adds to it, and replaces what has the same name.
/// </summary>
internal sealed record ObjectListSchema(ObjectSchema Item, string Name) : ValueSchema
{
    public override string TypeName => $"list of settings, each with its own '{Name}'";

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node is not SequenceNode sequence)
        {
            context.Problems.Add(node.At, context.Path, $"expected a list, found {node.Description}.");
            return null;
        }

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

    public override JsonObject ToJsonSchema() => new() { ["type"] = "array", ["items"] = Item.ToJsonSchema() };

    /// <summary>The key that distinguishes an item from the others.</summary>
    public string? NameOf(ConfigNode item) =>
        item is MappingNode mapping && mapping.Find(Name)?.Value is ScalarNode { Pending: false } name ? name.Text : null;
}
