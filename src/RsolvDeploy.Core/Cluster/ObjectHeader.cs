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
    private readonly List<int> _omitted = new(12);
    private readonly List<(int At, ServerAssignedField Field)> _assigned = [];
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
    /// Where the names of the members begin that are left out: fields that only the server may set, and <c>apiVersion</c> and <c>kind</c>,
    /// which items of a list lack.
    /// </summary>
    public ReadOnlySpan<int> Omitted => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_omitted);

    /// <summary>Reads an object.</summary>
    /// <param name="json">One JSON object, in UTF-8.</param>
    /// <param name="kind">Its kind.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static ObjectHeader Read(ReadOnlySpan<byte> json, ResourceKind kind)
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

    private static ObjectHeader ReadObject(ReadOnlySpan<byte> json, ResourceKind kind)
    {
        var header = new ObjectHeader();
        var tree = FieldTree.For(kind);
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An item of the list is no JSON object.");
        while (Next(ref reader))
        {
            var field = tree.Find(ref reader);
            if (reader.ValueTextEquals("metadata"u8))
            {
                header.ReadMetadata(ref reader, field);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                header.Type = Text(ref reader);
                if (field?.Condition is { } condition) header.Observe(condition, header.Type);
            }
            else if ((reader.ValueTextEquals("status"u8) && !kind.KeepsStatus)
                || reader.ValueTextEquals("apiVersion"u8) || reader.ValueTextEquals("kind"u8))
            {
                header.Omit(ref reader);
            }
            else
            {
                header.Visit(ref reader, field);
            }
        }

        header.OmitAssigned();
        return header;
    }

    private void ReadMetadata(ref Utf8JsonReader reader, FieldTree? tree)
    {
        if (!Enters(ref reader)) return;
        while (Next(ref reader))
        {
            var at = (int)reader.TokenStartIndex;
            if (reader.ValueTextEquals("name"u8))
            {
                Name = Text(ref reader) ?? "";
                continue;
            }

            if (reader.ValueTextEquals("namespace"u8))
            {
                Namespace = Text(ref reader) ?? "";
                continue;
            }

            if (!ServerManagedFields.IsOfMetadata(ref reader))
            {
                Visit(ref reader, tree?.Find(ref reader));
                continue;
            }

            _omitted.Add(at);
            if (reader.ValueTextEquals("resourceVersion"u8)) Version = Text(ref reader) ?? "";
            else if (reader.ValueTextEquals("ownerReferences"u8)) Owners = ServerManagedFields.OwnersIn(Parsed(ref reader));
            else if (reader.ValueTextEquals("deletionTimestamp"u8)) Deleting = Text(ref reader) is not null;
            else reader.Skip();
        }
    }

    // The reader stands on the name of a member.
    private void Visit(ref Utf8JsonReader reader, FieldTree? tree)
    {
        if (tree?.Field is { } field) _assigned.Add(((int)reader.TokenStartIndex, field));
        if (tree?.Condition is { } condition)
        {
            Observe(condition, TextOrFlag(ref reader));
        }
        else if (tree is { IsStamp: true })
        {
            var at = (int)reader.TokenStartIndex;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) _omitted.Add(at);
            reader.Skip();
        }
        else if (tree is not { HasChildren: true })
        {
            reader.Skip();
        }
        else if (Enters(ref reader))
        {
            while (Next(ref reader)) Visit(ref reader, tree.Find(ref reader));
        }
    }

    // The field of a condition may stand behind the fields that depend on it.
    private void OmitAssigned()
    {
        foreach (var (at, field) in _assigned)
            if (field.When?.Holds(_observed?.GetValueOrDefault(field.When)) != false) _omitted.Add(at);
    }

    private void Observe(FieldCondition condition, string? value) =>
        (_observed ??= new(ReferenceEqualityComparer.Instance))[condition] = value;

    private void Omit(ref Utf8JsonReader reader)
    {
        _omitted.Add((int)reader.TokenStartIndex);
        reader.Skip();
    }

    // Goes on to the first brace of the value, where it is an object; passes it by where it is none.
    private static bool Enters(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        reader.Skip();
        return false;
    }

    private static bool Next(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    // The value behind the name that the reader stands on; it may be of any kind, and is passed by.
    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }

    private static string? TextOrFlag(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        ahead.Read();
        var flag = ahead.TokenType switch
        {
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => null,
        };
        return Text(ref reader) ?? flag;
    }

    private static JsonNode? Parsed(ref Utf8JsonReader reader)
    {
        reader.Read();
        return StrictJson.Parse(ref reader);
    }
}
