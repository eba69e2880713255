using System.Text.Json.Nodes;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A list of scalars. What inherits it replaces it whole.</summary>
internal sealed record ListSchema(ScalarSchema Item, int Least = 0) : ValueSchema
{
    public override string TypeName => $"list of: {Item.TypeName}";

    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node is not SequenceNode sequence)
        {
            if (node is not ScalarNode { Pending: true })
                context.Problems.Add(node.At, context.Path, $"expected a list, found {node.Description}.");
            else context.Problems.Add(node.At, context.Path, "expected a list; only its items may be looked up in the environment.");
            return null;
        }

        if (sequence.Items.Count < Least)
            context.Problems.Add(node.At, context.Path, $"expected a list of at least {Least}, found {sequence.Items.Count}.");
        return sequence.Items.Select((item, index) => Item.Read(item, context.At(index))).OfType<object>().ToList();
    }

    public override JsonObject ToJsonSchema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Item.ToJsonSchema() };
        if (Least > 0) schema["minItems"] = Least;
        return schema;
    }
}
