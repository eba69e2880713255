using System.Collections.Frozen;
using System.Text;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster;

/// <summary>The members of a kind that a reader of unparsed JSON has to stop at.</summary>
internal sealed class FieldTree
{
    private readonly List<(byte[] Name, FieldTree Tree)> _children = [];

    /// <summary>The field that ends here, when the server assigns it; null for none.</summary>
    public ServerAssignedField? Field { get; private set; }

    /// <summary>The condition that reads this field; null for none.</summary>
    public FieldCondition? Condition { get; private set; }

    /// <summary>Whether the field is left out when it is null: servers before 1.34 put an empty stamp into templates.</summary>
    public bool IsStamp { get; private set; }

    /// <summary>Whether the members within it matter.</summary>
    public bool HasChildren => _children.Count > 0;

    private static readonly FieldTree Plain = Build([]);

    // By name alone, as texts are compared by code that is compiled already: no two groups of the table have a kind of one name.
    private static readonly FrozenDictionary<string, FieldTree> Trees = ServerAssignedFields.All
        .GroupBy(field => field.Kind)
        .ToFrozenDictionary(fields => fields.Key, fields => Build([.. fields]));

    /// <summary>The tree of a kind.</summary>
    public static FieldTree For(ResourceKind kind) => ServerAssignedFields.For(kind).Count > 0 ? Trees[kind.Kind] : Plain;

    private static FieldTree Build(IReadOnlyList<ServerAssignedField> fields)
    {
        var root = new FieldTree();
        foreach (var path in ServerManagedFields.Stamps) root.Add(path).IsStamp = true;
        foreach (var field in fields)
        {
            root.Add(field.Path).Field = field;
            if (field.When is { } condition) root.Add(condition.Path).Condition = condition;
        }

        return root;
    }

    /// <summary>The tree of the member on whose name the cursor stands; null when it does not matter.</summary>
    public FieldTree? Find(JsonCursor json)
    {
        foreach (var (name, tree) in _children)
            if (json.ValueTextEquals(name)) return tree;
        return null;
    }

    private FieldTree Add(ReadOnlySpan<string> path)
    {
        if (path.Length == 0) return this;
        var name = Encoding.UTF8.GetBytes(path[0]);
        var child = _children.Find(child => child.Name.AsSpan().SequenceEqual(name)).Tree;
        if (child is null) _children.Add((name, child = new FieldTree()));
        return child.Add(path[1..]);
    }
}
