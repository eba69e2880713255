using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Redaction;

/// <summary>
/// Removes secret values from what leaves the module: the values that were read in this session, and what has the shape of a
/// credential. It stands at every sink: streams, errors, results, ledger, history and evidence. Thread safe.
/// </summary>
internal sealed class Redactor
{
    /// <summary>Shorter values occur in every text by chance, and cannot be removed without harm.</summary>
    private const int ShortestValue = 6;

    private const int LongestValue = 64 * 1024;
    private const int MostValues = 20_000;
    private const long MostCharacters = 32 << 20;
    private const int Prefix = 4;

    // By the first four characters, so that a text is searched once whatever the number of values.
    private readonly ConcurrentDictionary<ulong, string[]> _values = new();
    private readonly ConcurrentDictionary<string, byte> _public = new(StringComparer.Ordinal);
    private int _count;
    private long _characters;

    /// <summary>Adds a secret value; its lines, base64 and the forms in an address and in JSON as well.</summary>
    public void Add(string? value)
    {
        if (value is null || value.Length > LongestValue) return;
        AddOne(value.Trim());
        if (value.Length < ShortestValue) return;
        AddOne(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)));
        foreach (var form in Escaped(value.Trim()).Distinct().Where(form => form != value.Trim())) AddOne(form);
        if (!value.Contains('\n', StringComparison.Ordinal)) return;
        foreach (var line in value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (line.Length >= 2 * ShortestValue) AddOne(line);
    }

    /// <summary>Adds the values of a Secret object.</summary>
    public void AddSecret(JsonObject secret)
    {
        foreach (var (_, value) in secret["stringData"] as JsonObject ?? []) Add(value.Text());
        foreach (var (_, value) in secret["data"] as JsonObject ?? [])
        {
            var buffer = new byte[LongestValue];
            if (value.Text() is not { Length: <= LongestValue } text) continue;
            AddOne(text);
            if (Convert.TryFromBase64String(text, buffer, out var length)) Add(Encoding.UTF8.GetString(buffer, 0, length));
        }
    }

    /// <summary>Excepts what the configuration shows, such as the name of the namespace, though a Secret contains it as well.</summary>
    public void Except(params string?[] names)
    {
        foreach (var name in names.OfType<string>()) _public.TryAdd(name, 0);
    }

    /// <summary>The text without secret values.</summary>
    public string Apply(string text) => TextRedaction.Apply(WithoutValues(TextRedaction.WithoutColors(text)));

    /// <summary>The same for every text of a JSON document, in place. Names of members stay.</summary>
    public void Apply(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (key, value) in members.ToList())
                {
                    if (Redacted(value) is { } text) members[key] = text;
                    else Apply(value);
                }

                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    if (Redacted(items[index]) is { } text) items[index] = text;
                    else Apply(items[index]);
                }

                break;
        }
    }

    /// <summary>An exception without secret values in its message and in those of its inner exceptions.</summary>
    public Exception Apply(Exception exception)
    {
        var text = exception.ToString();
        var shown = Apply(text);
        return Unified(shown) == Unified(text)
            ? exception
            : new RedactedException(exception.GetType().FullName ?? exception.GetType().Name, Apply(exception.Message), shown);
    }

    private static string Unified(string text) => text.ReplaceLineEndings("\n");

    private string? Redacted(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text)) return null;
        var shown = Apply(text);
        return shown == text ? null : shown;
    }

    private string WithoutValues(string text)
    {
        if (_values.IsEmpty || text.Length < Prefix) return text;
        StringBuilder? shown = null;
        var from = 0;
        for (var at = 0; at + Prefix <= text.Length; at++)
        {
            if (!_values.TryGetValue(Key(text, at), out var candidates)) continue;
            var found = candidates.FirstOrDefault(value => string.CompareOrdinal(text, at, value, 0, value.Length) == 0);
            if (found is null) continue;
            (shown ??= new StringBuilder(text.Length)).Append(text, from, at - from).Append(TextRedaction.Placeholder);
            from = at + found.Length;
            at = from - 1;
        }

        return shown is null ? text : shown.Append(text, from, text.Length - from).ToString();
    }

    // As an address, .NET, and Go write it.
    private static string[] Escaped(string value)
    {
        var relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value);
        return
        [
            Uri.EscapeDataString(value),
            JavaScriptEncoder.Default.Encode(value),
            relaxed,
            relaxed.Replace("<", "\\u003c", StringComparison.Ordinal)
                .Replace(">", "\\u003e", StringComparison.Ordinal)
                .Replace("&", "\\u0026", StringComparison.Ordinal),
        ];
    }

    private void AddOne(string value)
    {
        if (value.Length < ShortestValue || _public.ContainsKey(value) || Volatile.Read(ref _count) >= MostValues) return;
        if (Interlocked.Add(ref _characters, value.Length) > MostCharacters) return;
        _values.AddOrUpdate(
            Key(value, 0),
            _ => Count([value]),
            (_, known) => known.Contains(value) ? known : Count([.. known.Append(value).OrderByDescending(one => one.Length)]));
    }

    private string[] Count(string[] values)
    {
        Interlocked.Increment(ref _count);
        return values;
    }

    private static ulong Key(string text, int at) =>
        text[at] | ((ulong)text[at + 1] << 16) | ((ulong)text[at + 2] << 32) | ((ulong)text[at + 3] << 48);
}
