using System.Text.Json;

namespace RsolvDeploy.Json;

/// <summary>One token of a JSON text, and where it stands; 16 bytes, because a list has some hundred thousand.</summary>
internal struct JsonToken
{
    /// <summary>Where it begins; a string at its quote.</summary>
    public int Start { get; init; }

    /// <summary>How long it is; a string without its quotes.</summary>
    public int Length { get; init; }

    /// <summary>Of the beginning of an object or array: the number of the token that ends it.</summary>
    public int End { get; set; }

    /// <summary>What it is.</summary>
    public JsonTokenType Type { get; init; }

    /// <summary>Whether a string has escapes.</summary>
    public bool IsEscaped { get; init; }

    /// <summary>Of a name: whether its member is passed by.</summary>
    public bool IsOmitted { get; set; }

    /// <summary>Whether it is a string or a name.</summary>
    public readonly bool IsText => Type is JsonTokenType.String or JsonTokenType.PropertyName;
}
