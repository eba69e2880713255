using RsolvDeploy.Configuration.Diagnostics;

namespace RsolvDeploy.Configuration.Yaml;

/// <summary>A value of the file, with the place where it stands.</summary>
internal abstract record ConfigNode(Position At)
{
    /// <summary>What it is, in the words of an error message.</summary>
    public abstract string Description { get; }
}

/// <summary>A scalar.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Text">Its text, unquoted.</param>
/// <param name="Plain">Whether it stands without quotes and is therefore subject to the core schema.</param>
/// <param name="EndLine">The line it ends on.</param>
internal sealed record ScalarNode(Position At, string Text, bool Plain, int EndLine) : ConfigNode(At)
{
    /// <summary>Whether variables are still to be substituted; until then the text is not the value.</summary>
    public bool Pending { get; init; }

    /// <summary>Whether the text came from the environment. Such text is never shown, and counts as what the key expects.</summary>
    public bool Expanded { get; init; }

    public ScalarKind Kind => Plain ? CoreSchema.Resolve(Text) : ScalarKind.Text;

    public bool IsNull => !Pending && (Expanded ? Text.Length == 0 : Kind == ScalarKind.Null);

    /// <summary>Whether nothing is written at all: more often forgotten than meant.</summary>
    public bool IsEmpty => Plain && Text.Length == 0 && !Expanded;

    public override string Description => Kind switch
    {
        ScalarKind.Null => "null",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Integer => "a whole number",
        ScalarKind.Float => "a number",
        _ => "text",
    };
}

/// <summary>A list.</summary>
internal sealed record SequenceNode(Position At, IReadOnlyList<ConfigNode> Items) : ConfigNode(At)
{
    public override string Description => "a list";
}

/// <summary>A mapping; its keys differ.</summary>
internal sealed record MappingNode(Position At, IReadOnlyList<MappingEntry> Entries) : ConfigNode(At)
{
    public override string Description => "a mapping";

    public MappingEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

/// <summary>A key of a mapping and its value.</summary>
internal sealed record MappingEntry(string Key, Position At, ConfigNode Value);
