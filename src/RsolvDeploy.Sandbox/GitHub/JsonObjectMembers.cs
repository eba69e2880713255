using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>Adds a member to an object that is being made.</summary>
internal static class JsonObjectMembers
{
    public static JsonObject With(this JsonObject members, string name, JsonNode? value)
    {
        members[name] = value;
        return members;
    }
}
