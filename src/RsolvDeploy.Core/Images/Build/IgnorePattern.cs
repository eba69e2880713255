using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Build;

/// <summary>One line of a <c>.dockerignore</c> file.</summary>
internal sealed class IgnorePattern
{
    private readonly IgnoreGlob _glob;

    private IgnorePattern(string text, bool isException, IgnoreGlob glob) => (Text, IsException, _glob) = (text, isException, glob);

    public string Text { get; }

    /// <summary>Whether it includes again what earlier lines exclude.</summary>
    public bool IsException { get; }

    public bool HasWildcard => Text.IndexOfAny(['*', '?', '[', ']', '^', '\\']) >= 0;

    /// <summary>Reads a line; null for an empty one or a comment.</summary>
    public static IgnorePattern? Parse(string line, int number, string file)
    {
        // Only a '#' in the first column starts a comment; a trimmed line may start with one.
        if (line.StartsWith('#')) return null;
        string text = line.Trim();
        if (text.Length == 0) return null;
        bool isException = text[0] == '!';
        if (isException) text = text[1..].Trim();
        if (text.Length == 0) throw Invalid(line, number, file, "an exception needs a pattern");
        text = Clean(text);
        try
        {
            return new IgnorePattern(text, isException, IgnoreGlob.Parse(text));
        }
        catch (ArgumentException)
        {
            throw Invalid(line, number, file, "its brackets or escapes are invalid");
        }
        catch (NotSupportedException)
        {
            throw Invalid(line, number, file, "it has too many wildcards");
        }
    }

    public bool Matches(string path) => _glob.Matches(path);

    /// <summary>Removes <c>.</c>, <c>..</c>, doubled slashes and the leading slash: a pattern is always relative to the context.</summary>
    private static string Clean(string text)
    {
        var parts = new List<string>();
        foreach (string part in text.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || !text.StartsWith('/')) parts.Add(part);
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    private static DeployException Invalid(string line, int number, string file, string why) => new(
        "DockerIgnoreInvalid",
        FaultCategory.ParserError,
        $"{file}, line {number}: the pattern '{line.Trim()}' cannot be read: {why}.",
        "Correct the pattern; patterns are those of Docker's .dockerignore.")
    { Subject = file };
}
