using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The labels of a series, including the metric's name. Equal when all labels are equal.</summary>
internal sealed class LabelSet : IEquatable<LabelSet>
{
    /// <summary>The label with the metric's name.</summary>
    public const string NameLabel = "__name__";

    private readonly SortedDictionary<string, string> _labels;
    private readonly string _key;

    public LabelSet(IEnumerable<KeyValuePair<string, string>> labels)
    {
        _labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            if (value.Length > 0)
                _labels[name] = value;
        }

        _key = string.Join('\u0001', _labels.Select(l => $"{l.Key}\u0002{l.Value}"));
    }

    public static LabelSet Empty { get; } = new([]);

    public IEnumerable<KeyValuePair<string, string>> All => _labels;

    /// <summary>A label's value; empty when it is missing, which is the same in PromQL.</summary>
    public string this[string name] => _labels.GetValueOrDefault(name, "");

    public LabelSet With(string name, string value) => new(_labels.Append(new(name, value)));

    public LabelSet With(IEnumerable<KeyValuePair<string, string>> labels) => new(_labels.Concat(labels));

    public LabelSet Without(params IReadOnlyCollection<string> names) => new(_labels.Where(l => !names.Contains(l.Key)));

    public LabelSet Only(IReadOnlyCollection<string> names) => new(_labels.Where(l => names.Contains(l.Key)));

    public LabelSet WithoutName() => Without(NameLabel);

    public JsonObject ToJson() => new([.. _labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))]);

    public bool Equals(LabelSet? other) => other is not null && other._key == _key;

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
}
