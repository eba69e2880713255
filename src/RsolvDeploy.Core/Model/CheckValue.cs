using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy;

/// <summary>
/// The values that a check compares: text, <see cref="long"/>, <see cref="double"/> or <see cref="bool"/>, so that
/// programs and JSON keep numbers.
/// </summary>
internal static class CheckValue
{
    /// <summary>Converts whole numbers to <see cref="long"/>, other numbers to <see cref="double"/>, and everything else to text.</summary>
    public static object? From(object? value) => value switch
    {
        null or string or bool or long => value,
        double number => double.IsFinite(number) ? number : number.ToString(CultureInfo.InvariantCulture), // JSON has no number for it
        float or decimal => From(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The value as JSON; null for none.</summary>
    public static JsonNode? ToNode(object? value) => From(value) switch
    {
        bool truth => JsonValue.Create(truth),
        long whole => JsonValue.Create(whole),
        double number => JsonValue.Create(number),
        var other => JsonValue.Create(other as string),
    };

    /// <summary>The value of JSON; null for what is neither text nor number nor truth.</summary>
    public static object? FromNode(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => node.AsValue().TryGetValue<long>(out var whole) ? (object)whole : node.GetValue<double>(),
        _ => null,
    };
}
