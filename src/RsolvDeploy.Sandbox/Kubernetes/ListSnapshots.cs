using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A chunk of a list.</summary>
/// <param name="Items">Its objects, as they are stored: to be read alone.</param>
/// <param name="Version">The version of the whole list, the same for all chunks.</param>
/// <param name="Continue">The token that requests the next chunk; null for the last.</param>
/// <param name="Remaining">How many objects come after it.</param>
internal sealed record ListChunk(IReadOnlyList<JsonObject> Items, long Version, string? Continue, int Remaining);

/// <summary>
/// Lists whose later chunks are still expected. All chunks show the objects at the time of the first. Not thread safe;
/// stored objects never change.
/// </summary>
internal sealed class ListSnapshots
{
    private const int Kept = 16;
    private readonly Queue<long> _order = new();
    private readonly Dictionary<long, (IReadOnlyList<JsonObject> Objects, long Version)> _lists = [];
    private long _last;

    /// <summary>The first chunk of a new list.</summary>
    public ListChunk First(IReadOnlyList<JsonObject> objects, long version, int limit)
    {
        if (limit == 0 || objects.Count <= limit) return Chunk(0, objects, version, 0, objects.Count);
        _lists[++_last] = (objects, version);
        _order.Enqueue(_last);
        if (_order.Count > Kept) _lists.Remove(_order.Dequeue());
        return Chunk(_last, objects, version, 0, limit);
    }

    /// <summary>The chunk that a token requests.</summary>
    public ListChunk Next(string token, int limit)
    {
        var (list, offset) = Parse(token);
        return _lists.TryGetValue(list, out var snapshot)
            ? Chunk(list, snapshot.Objects, snapshot.Version, offset, limit == 0 ? snapshot.Objects.Count : limit)
            : throw ApiError.Expired("The provided continue parameter is too old to display a consistent list result.");
    }

    private static ListChunk Chunk(long list, IReadOnlyList<JsonObject> objects, long version, int offset, int limit)
    {
        var items = objects.Skip(offset).Take(limit).ToList();
        var end = offset + items.Count;
        return new ListChunk(
            items,
            version,
            end < objects.Count ? Convert.ToBase64String(Encoding.ASCII.GetBytes($"{list}:{end}")) : null,
            objects.Count - end);
    }

    private static (long List, int Offset) Parse(string token)
    {
        try
        {
            var parts = Encoding.ASCII.GetString(Convert.FromBase64String(token)).Split(':');
            return (long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new ApiError(400, "BadRequest", "continue key is not valid");
        }
    }
}
