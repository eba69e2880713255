using System.Globalization;

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
}
