using System.Buffers;
using System.Globalization;
using System.Text;

namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>
/// Values that must not be seen. Each contains a mark of its own that occurs nowhere by chance. Marks are letters and digits, so that they
/// stay as they are in an address and in JSON; in base64 they are searched at each of the three positions that they can have.
/// </summary>
internal sealed class CanarySet
{
    private readonly Dictionary<string, string> _forms = new(StringComparer.Ordinal);
    private SearchValues<string>? _searched;
    private int _count;

    /// <summary>Makes a value.</summary>
    /// <param name="place">Where it lies, for a failure of the test.</param>
    /// <param name="pattern">The value, with <c>{0}</c> in the place of the mark.</param>
    public string Add(string place, string pattern = "{0}")
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"cnry{_count++:00}zqkwvx");
        AddKnown(place, mark);
        return string.Format(CultureInfo.InvariantCulture, pattern, mark);
    }

    /// <summary>Adds a value that exists already, such as a key that was created.</summary>
    public void AddKnown(string place, string value)
    {
        _searched = null;
        _forms[value] = place;
        foreach (var encoded in Encoded(value)) _forms[encoded] = place;
    }

    /// <summary>The places whose values a text contains.</summary>
    public IReadOnlyList<string> Find(string text)
    {
        _searched ??= SearchValues.Create([.. _forms.Keys], StringComparison.Ordinal);
        return text.AsSpan().ContainsAny(_searched)
            ? [.. _forms.Where(form => text.Contains(form.Key, StringComparison.Ordinal)).Select(form => form.Value).Distinct()]
            : [];
    }

    // What of the base64 of a longer text depends on the value alone, by the position of the value in it.
    private static IEnumerable<string> Encoded(string value)
    {
        for (var shift = 0; shift < 3; shift++)
        {
            var whole = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('\0', shift) + value));
            var begin = ((8 * shift) + 5) / 6;
            yield return whole[begin..(8 * (shift + value.Length) / 6)];
        }
    }
}
