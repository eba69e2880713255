namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Finds circles in a graph: its strongly connected components of more than one node (Tarjan's algorithm).</summary>
internal sealed class Circles
{
    private readonly ILookup<string, string> _next;
    private readonly Dictionary<string, int> _index = [];
    private readonly Dictionary<string, int> _low = [];
    private readonly Stack<string> _open = new();
    private readonly List<IReadOnlyList<string>> _found = [];

    private Circles(IEnumerable<(string From, string To)> edges) => _next = edges.ToLookup(edge => edge.From, edge => edge.To);

    public static IReadOnlyList<IReadOnlyList<string>> Find(IEnumerable<(string From, string To)> edges)
    {
        var circles = new Circles(edges);
        foreach (var node in circles._next.Select(group => group.Key))
            if (!circles._index.ContainsKey(node)) circles.Visit(node);
        return circles._found;
    }

    private void Visit(string node)
    {
        _index[node] = _low[node] = _index.Count;
        _open.Push(node);
        foreach (var next in _next[node])
        {
            if (_index.TryGetValue(next, out var known))
            {
                if (_open.Contains(next)) _low[node] = Math.Min(_low[node], known);
            }
            else
            {
                Visit(next);
                _low[node] = Math.Min(_low[node], _low[next]);
            }
        }

        if (_low[node] != _index[node]) return;
        List<string> component = [];
        do component.Add(_open.Pop());
        while (component[^1] != node);
        if (component.Count > 1) _found.Add([.. component.Order(StringComparer.Ordinal)]);
    }
}
