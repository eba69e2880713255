using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>
/// Reads a kubeconfig's YAML as kubectl does: only the first document counts, merge keys (<c>&lt;&lt;</c>) are merged, and of a key that
/// stands twice the last one counts.
/// </summary>
internal sealed class KubeconfigYaml
{
    private const int Deepest = 100;

    // With what aliases repeat: a few lines of them stand for billions of nodes.
    private const long MostNodes = 1_000_000;

    private readonly IParser _parser;
    private readonly Dictionary<AnchorName, (YamlNode Node, long Size)> _anchors = [];
    private int _depth;
    private long _nodes;

    private KubeconfigYaml(IParser parser) => _parser = parser;

    /// <summary>The first document; null when there is none.</summary>
    /// <exception cref="YamlException">It is not well-formed.</exception>
    public static YamlNode? Read(TextReader text)
    {
        var parser = new Parser(text);
        parser.Consume<StreamStart>();
        return parser.TryConsume<DocumentStart>(out _) ? new KubeconfigYaml(parser).Node() : null;
    }

    private YamlNode Node()
    {
        if (++_depth > Deepest) throw new YamlException(_parser.Current!.Start, _parser.Current.End, "It is nested too deeply.");
        Count(1);
        var node = _parser.Current switch
        {
            AnchorAlias => Alias(_parser.Consume<AnchorAlias>()),
            MappingStart => Mapping(_parser.Consume<MappingStart>()),
            SequenceStart => Sequence(_parser.Consume<SequenceStart>()),
            _ => Scalar(_parser.Consume<Scalar>()),
        };
        _depth--;
        return node;
    }

    private YamlNode Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var known)) throw new YamlException(alias.Start, alias.End, "The anchor is not known.");
        Count(known.Size);
        return known.Node;
    }

    private void Count(long nodes)
    {
        _nodes += nodes;
        if (_nodes > MostNodes) throw new YamlException(_parser.Current!.Start, _parser.Current.End, "Its aliases stand for too much.");
    }

    private void Anchor(NodeEvent start, YamlNode node, long before)
    {
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = (node, _nodes - before + 1);
    }

    private YamlScalarNode Scalar(Scalar scalar)
    {
        var node = new YamlScalarNode(scalar.Value) { Style = scalar.Style };
        Anchor(scalar, node, _nodes);
        return node;
    }

    private YamlSequenceNode Sequence(SequenceStart start)
    {
        var before = _nodes;
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node());
        var node = new YamlSequenceNode(items);
        Anchor(start, node, before);
        return node;
    }

    private YamlMappingNode Mapping(MappingStart start)
    {
        var before = _nodes;
        var merged = new List<YamlMappingNode>();
        var own = new YamlMappingNode();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node();
            var value = Node();
            if (key is YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain }) merged.AddRange(Merged(value, start));
            else own.Children[key] = value;
        }

        // What stands in the mapping itself wins, then the first of those that are merged.
        foreach (var (key, value) in merged.SelectMany(mapping => mapping.Children)) own.Children.TryAdd(key, value);
        Anchor(start, own, before);
        return own;
    }

    private static IEnumerable<YamlMappingNode> Merged(YamlNode value, MappingStart start) => value switch
    {
        YamlMappingNode one => [one],
        YamlSequenceNode several when several.All(item => item is YamlMappingNode) => several.Cast<YamlMappingNode>(),
        _ => throw new YamlException(start.Start, start.End, "A merge key needs a mapping."),
    };
}
