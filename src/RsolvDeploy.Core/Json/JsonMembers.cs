using System.Text.Json;

namespace RsolvDeploy.Json;

/// <summary>The members of a JSON object as they come, without those that are left out.</summary>
internal static class JsonMembers
{
    /// <summary>Goes on to the name of the next member that is not left out; false at the end of the object.</summary>
    /// <param name="json">Stands on the object's beginning, or on the end of a member.</param>
    /// <param name="omitted">Where the names of those begin that are left out.</param>
    public static bool Next(ref Utf8JsonReader json, ReadOnlySpan<int> omitted)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!omitted.Contains((int)json.TokenStartIndex)) return true;
            json.Skip();
        }

        return false;
    }

    /// <summary>What begins here, where there is something in it; none for a leaf, which an empty object is too.</summary>
    public static JsonTokenType Nested(in Utf8JsonReader json, ReadOnlySpan<int> omitted) =>
        Any(json, omitted) ? json.TokenType : JsonTokenType.None;

    /// <summary>Whether an object or array has anything in it. The reader is a copy: where it stands does not move.</summary>
    public static bool Any(Utf8JsonReader json, ReadOnlySpan<int> omitted) => json.TokenType switch
    {
        JsonTokenType.StartObject => Next(ref json, omitted),
        JsonTokenType.StartArray => json.Read() && json.TokenType != JsonTokenType.EndArray,
        _ => false,
    };
}
