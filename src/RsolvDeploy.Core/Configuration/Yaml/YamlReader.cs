using RsolvDeploy.Configuration.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RsolvDeploy.Configuration.Yaml;

/// <summary>
/// Reads one YAML document into nodes that know where they stand. What can hide or multiply values (aliases, tags, merge keys) is refused.
/// </summary>
internal sealed class YamlReader
{
    private const int DeepestLevel = 32;
    private readonly Parser _parser;
    private readonly Problems _problems;

    private YamlReader(string text, Problems problems)
    {
        _parser = new Parser(new StringReader(text));
        _problems = problems;
    }

    /// <summary>The document's root; null when there is none or it cannot be read, which <paramref name="problems"/> then report.</summary>
    public static ConfigNode? Read(string text, Problems problems)
    {
        try
        {
            return new YamlReader(text, problems).ReadDocument();
        }
        catch (YamlException exception)
        {
            // The parser's own words may quote the file; only their position is sure to hold no secret.
            problems.Add(PositionOf(exception.Start), "", SyntaxMessage(exception));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException
            or FormatException or OverflowException)
        {
            // Malformed escapes and the like leave the parser as plain framework exceptions.
            problems.Add(new Position(1, 1), "", "this is not well-formed YAML.");
        }

        return null;
    }

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.Add(new Position(1, 1), "", "the file is empty.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _problems.Add(PositionOf(second.Start), "", "a second document begins here; a configuration is one document.");
        return root;
    }

    private ConfigNode ReadNode(string path, int depth)
    {
        if (depth > DeepestLevel)
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, TooDeep);
        if (_parser.Accept<NodeEvent>(out var node)) CheckProperties(node, path);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            _problems.Add(PositionOf(alias.Start), path, NoAnchors);
            return new ScalarNode(PositionOf(alias.Start), "", Plain: false, LineOf(alias.End));
        }

        if (_parser.TryConsume<Scalar>(out var scalar)) return ScalarOf(scalar);
        if (_parser.TryConsume<SequenceStart>(out var sequence)) return ReadSequence(sequence, path, depth);
        return ReadMapping(_parser.Consume<MappingStart>(), path, depth);
    }

    private SequenceNode ReadSequence(SequenceStart start, string path, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        return new SequenceNode(PositionOf(start.Start), items);
    }

    private MappingNode ReadMapping(MappingStart start, string path, int depth)
    {
        var entries = new List<MappingEntry>();
        var keys = new Dictionary<string, Position>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(path, depth + 1) is not ScalarNode key)
            {
                _problems.Add(PositionOf(start.Start), path, "a key of this mapping is itself a list or a mapping; keys are names.");
                ReadNode(path, depth + 1);
                continue;
            }

            var keyPath = KeyPath.Join(path, key.Text);
            var value = ReadNode(keyPath, depth + 1);
            if (key is { Plain: true, Text: "<<" })
            {
                _problems.Add(
                    key.At,
                    path,
                    "merge keys (<<) are not read; put what is common under 'defaults', or inherit with 'extends: <target>'.");
            }
            else if (!keys.TryAdd(key.Text, key.At))
            {
                _problems.Add(key.At, keyPath, $"this key stands here twice; the first is on line {keys[key.Text].Line}.");
            }
            else
            {
                entries.Add(new MappingEntry(key.Text, key.At, value));
            }
        }

        return new MappingNode(PositionOf(start.Start), entries);
    }

    private void CheckProperties(NodeEvent node, string path)
    {
        if (!node.Anchor.IsEmpty) _problems.Add(PositionOf(node.Start), path, NoAnchors);
        if (!node.Tag.IsEmpty)
            _problems.Add(PositionOf(node.Start), path, "tags (!) are not read; write the plain value, in quotes when it is text.");
    }

    private static ScalarNode ScalarOf(Scalar scalar) =>
        new(PositionOf(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain, LineOf(scalar.End));

    private const string NoAnchors =
        "anchors and aliases (&, *) are not read; put what is common under 'defaults', or inherit with 'extends: <target>'.";

    private const string TooDeep = "nested too deeply";

    private static string SyntaxMessage(YamlException exception) =>
        exception.Message.Contains(TooDeep, StringComparison.Ordinal)
            ? $"this is nested more than {DeepestLevel} levels deep."
            : "this is not well-formed YAML; look at the indentation, quotes and brackets here and on the line before.";

    private static Position PositionOf(Mark mark) => new(Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static int LineOf(Mark mark) => Math.Max(1, (int)mark.Line);
}
