namespace RsolvDeploy.Cluster;

/// <summary>A field that the server or a controller fills, and that it fills again when the object is created again.</summary>
/// <param name="Group">The API group of the kind; empty for the core group.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Path">The names of the members that lead to it.</param>
/// <param name="Reason">Why a copy of it is of no use, for people.</param>
internal sealed record ServerAssignedField(string Group, string Kind, string[] Path, string Reason)
{
    /// <summary>When it is of the server; null for always. Otherwise a user wrote it, and it stays.</summary>
    public FieldCondition? When { get; init; }

    /// <summary>As people write it: <c>metadata.annotations['a/b']</c>.</summary>
    public string Text => FieldCondition.Show(Path);
}
