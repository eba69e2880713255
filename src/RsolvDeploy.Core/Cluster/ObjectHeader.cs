using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster;

/// <summary>
/// What has to be known of an object before it is written as it came, read in one pass over its JSON: who it is, and where the fields are
/// that only the server may set.
/// </summary>
/// <remarks>
/// It leaves out what <see cref="ServerManagedFields"/> takes out of an object that was parsed; a property test holds the two together.
/// </remarks>
internal sealed class ObjectHeader
{
    private List<(int Name, ServerAssignedField Field)>? _assigned; // most kinds have none
    private Dictionary<FieldCondition, string?>? _observed; // most objects have none

    private ObjectHeader()
    {
    }

    public string Name { get; private set; } = "";

    public string Namespace { get; private set; } = "";

    /// <summary>Its resource version.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The type of a Secret; null for what has none.</summary>
    public string? Type { get; private set; }

    /// <summary>Whether it is being deleted.</summary>
    public bool Deleting { get; private set; }

    /// <summary>The owner references that are left out, as <c>Kind/name</c>.</summary>
    public IReadOnlyList<string> Owners { get; private set; } = [];

    /// <summary>
    /// Reads an object, and omits fields that only the server may set, and <c>apiVersion</c> and <c>kind</c>, which items of a list lack.
    /// </summary>
    /// <param name="json">Stands before one JSON object.</param>
    /// <param name="kind">Its kind.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static ObjectHeader Read(JsonCursor json, ResourceKind kind)
    {
        try
        {
            return ReadObject(json, kind);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("An item of the list has text that is no Unicode.", e);
        }
    }

    private static ObjectHeader ReadObject(JsonCursor json, ResourceKind kind)
    {
        var header = new ObjectHeader();
        var tree = FieldTree.For(kind);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An item of the list is no JSON object.");
        while (Next(ref json))
        {
            var field = tree.Find(json);
            if (json.ValueTextEquals("metadata"u8))
            {
                header.ReadMetadata(ref json, field);
            }
            else if (json.ValueTextEquals("type"u8))
            {
                header.Type = Text(ref json);
                if (field?.Condition is { } condition) header.Observe(condition, header.Type);
            }
            else if ((json.ValueTextEquals("status"u8) && !kind.KeepsStatus)
                || json.ValueTextEquals("apiVersion"u8) || json.ValueTextEquals("kind"u8))
            {
                Omit(ref json);
            }
            else
            {
                header.Visit(ref json, field);
            }
        }

        header.OmitAssigned(json);
        return header;
    }

    private void ReadMetadata(ref JsonCursor json, FieldTree? tree)
    {
        if (!Enters(ref json)) return;
        while (Next(ref json))
        {
            var name = json.Index;
            if (json.ValueTextEquals("name"u8))
            {
                Name = Text(ref json) ?? "";
                continue;
            }

            if (json.ValueTextEquals("namespace"u8))
            {
                Namespace = Text(ref json) ?? "";
                continue;
            }

            if (!ServerManagedFields.IsOfMetadata(json))
            {
                Visit(ref json, tree?.Find(json));
                continue;
            }

            json.Omit(name);
            if (json.ValueTextEquals("resourceVersion"u8)) Version = Text(ref json) ?? "";
            else if (json.ValueTextEquals("ownerReferences"u8)) Owners = ServerManagedFields.OwnersIn(Parsed(ref json));
            else if (json.ValueTextEquals("deletionTimestamp"u8)) Deleting = Text(ref json) is not null;
            else json.Skip();
        }
    }

    // The cursor stands on the name of a member.
    private void Visit(ref JsonCursor json, FieldTree? tree)
    {
        if (tree?.Field is { } field) (_assigned ??= []).Add((json.Index, field));
        if (tree?.Condition is { } condition)
        {
            Observe(condition, TextOrFlag(ref json));
        }
        else if (tree is { IsStamp: true })
        {
            var name = json.Index;
            json.Read();
            if (json.TokenType == JsonTokenType.Null) json.Omit(name);
            json.Skip();
        }
        else if (tree is not { HasChildren: true })
        {
            json.Skip();
        }
        else if (Enters(ref json))
        {
            while (Next(ref json)) Visit(ref json, tree.Find(json));
        }
    }

    // The field of a condition may stand behind the fields that depend on it.
    private void OmitAssigned(JsonCursor json)
    {
        if (_assigned is null) return;
        foreach (var (name, field) in _assigned)
            if (field.When?.Holds(_observed?.GetValueOrDefault(field.When)) != false) json.Omit(name);
    }

    private void Observe(FieldCondition condition, string? value) =>
        (_observed ??= new(ReferenceEqualityComparer.Instance))[condition] = value;

    private static void Omit(ref JsonCursor json)
    {
        json.Omit(json.Index);
        json.Skip();
    }

    // Goes on to the first brace of the value, where it is an object; passes it by where it is none.
    private static bool Enters(ref JsonCursor json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject) return true;
        json.Skip();
        return false;
    }

    private static bool Next(ref JsonCursor json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    // The value behind the name that the cursor stands on; it may be of any kind, and is passed by.
    private static string? Text(ref JsonCursor json)
    {
        json.Read();
        var text = json.TokenType == JsonTokenType.String ? json.GetString() : null;
        json.Skip();
        return text;
    }

    private static string? TextOrFlag(ref JsonCursor json)
    {
        var ahead = json;
        ahead.Read();
        var flag = ahead.TokenType switch
        {
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => null,
        };
        return Text(ref json) ?? flag;
    }

    private static JsonNode? Parsed(ref JsonCursor json)
    {
        json.Read();
        var value = StrictJson.Parse(json.ValueText());
        json.Skip();
        return value;
    }
}
