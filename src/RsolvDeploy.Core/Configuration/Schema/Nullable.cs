using System.Text.Json.Nodes;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>Allows null in a JSON Schema: it takes away what is inherited.</summary>
internal static class Nullable
{
    public static JsonObject From(JsonObject schema)
    {
        switch (schema["type"])
        {
            case JsonValue type:
                schema["type"] = new JsonArray(type.DeepClone(), "null");
                break;
            case JsonArray types:
                types.Add("null");
                break;
            default:
                schema["anyOf"]!.AsArray().Add(new JsonObject { ["type"] = "null" });
                break;
        }

        return schema;
    }
}
