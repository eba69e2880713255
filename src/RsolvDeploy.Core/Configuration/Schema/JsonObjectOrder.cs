using System.Text.Json.Nodes;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>Puts a member at a place among the others, so that a schema reads in a sensible order (.NET 9 has this built in).</summary>
internal static class JsonObjectOrder
{
    public static void Insert(this JsonObject schema, int index, string name, JsonNode value)
    {
        var members = schema.ToList();
        schema.Clear();
        members.Insert(index, new(name, value));
        foreach (var (key, member) in members) schema.Add(key, member);
    }
}
