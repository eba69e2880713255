namespace RsolvDeploy;

/// <summary>An object as it is in a backup beside what is live, or in another backup.</summary>
/// <param name="Kind">The Kubernetes kind.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Change">How it differs.</param>
/// <param name="Fields">The fields that differ; none unless it is <see cref="ObjectChange.Changed"/>. Values of Secrets are never among them.</param>
public sealed record StateDifference(string Kind, string Name, ObjectChange Change, IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>The fields that differ.</summary>
    public IReadOnlyList<FieldDifference> Fields { get; init => field = value.ToArray(); } = Fields.ToArray();

    /// <summary>For people: what a restore would do.</summary>
    public string Diff => Change switch
    {
        ObjectChange.Equal => "",
        ObjectChange.Deleted => $"+ {Kind}/{Name}",
        ObjectChange.Added => $"- {Kind}/{Name} (left as it is, unless -Prune)",
        _ => $"~ {Kind}/{Name}\n  {string.Join('\n', Fields).Replace("\n", "\n  ", StringComparison.Ordinal)}",
    };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Kind}/{Name}: {Change}";
}
