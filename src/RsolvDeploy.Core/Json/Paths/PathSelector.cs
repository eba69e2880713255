using System.Text.Json;

namespace RsolvDeploy.Json.Paths;

/// <summary>One step of a JSON path.</summary>
internal abstract record PathSelector
{
    /// <summary>The values that it finds in a value.</summary>
    public abstract IEnumerable<JsonElement> Select(JsonElement value);

    /// <summary>The members of an object or the items of an array.</summary>
    protected static IEnumerable<JsonElement> ChildrenOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(member => member.Value),
        JsonValueKind.Array => value.EnumerateArray(),
        _ => [],
    };
}

/// <summary>The member of a name.</summary>
internal sealed record MemberSelector(string Name) : PathSelector
{
    /// <inheritdoc/>
    public override IEnumerable<JsonElement> Select(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().Where(member => member.NameEquals(Name)).Select(member => member.Value)
        : [];
}

/// <summary>The item at an index; a negative one counts from the end.</summary>
internal sealed record IndexSelector(int Index) : PathSelector
{
    /// <inheritdoc/>
    public override IEnumerable<JsonElement> Select(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) return [];
        var length = value.GetArrayLength();
        var index = Index < 0 ? length + Index : Index;
        return index >= 0 && index < length ? [value[index]] : [];
    }
}

/// <summary>All members or items.</summary>
internal sealed record WildcardSelector : PathSelector
{
    /// <inheritdoc/>
    public override IEnumerable<JsonElement> Select(JsonElement value) => ChildrenOf(value);
}

/// <summary>The members or items that a condition holds for.</summary>
internal sealed record FilterSelector(PathCondition Condition) : PathSelector
{
    /// <inheritdoc/>
    public override IEnumerable<JsonElement> Select(JsonElement value) => ChildrenOf(value).Where(Condition.Holds);
}
