using System.Text.RegularExpressions;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>A form that text has to have.</summary>
/// <param name="name">The form in a word or two, for the table of keys.</param>
/// <param name="expected">What is expected, as it ends the sentence "expected …".</param>
/// <param name="pattern">A regular expression that ECMAScript and .NET read alike.</param>
/// <param name="example">A right value.</param>
internal sealed class TextFormat(string name, string expected, string pattern, string example)
{
    private Regex? _regex; // a file uses few of the forms

    public string Name { get; } = name;

    public string Expected { get; } = expected;

    public string Pattern { get; } = pattern;

    public string Example { get; } = example;

    /// <summary>What the pattern cannot express: the value, or null when it is wrong.</summary>
    public Func<string, ReadContext, object?> Convert { get; init; } = (text, _) => text;

    /// <summary>The value; null when the text has not this form.</summary>
    public object? Parse(string text, ReadContext context)
    {
        // In .NET `$` also matches before a last line feed; no form ends with one.
        _regex ??= new Regex(Pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        return !text.EndsWith('\n') && _regex.IsMatch(text) ? Convert(text, context) : null;
    }
}
