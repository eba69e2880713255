namespace RsolvDeploy;

/// <summary>The difference of an object between a backup and the live state or another backup.</summary>
/// <param name="Kind">The Kubernetes kind.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Change">How it differs.</param>
/// <param name="Fields">The fields that differ; empty unless it is <see cref="ObjectChange.Changed"/>. Never contains
/// values of Secrets.</param>
public sealed record StateDifference(string Kind, string Name, ObjectChange Change, IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>The fields that differ.</summary>
    public IReadOnlyList<FieldDifference> Fields { get; init => field = value.ToArray(); } = Fields.ToArray();

    /// <summary>The target that was compared; null when a comparison was not made for one.</summary>
    public TargetIdentity? Target { get; init; }

    /// <summary>The folder of the backup that was compared; empty when it is not known.</summary>
    public string BackupPath { get; init; } = "";

    /// <summary>The object as <c>Kind/name</c>; <c>Restore-RsolvState</c> binds it.</summary>
    public string Include => $"{Kind}/{Name}";

    /// <summary>For people: the changes of a restore.</summary>
    public string Diff => Change switch
    {
        ObjectChange.Equal => "",
        ObjectChange.Deleted => $"+ {Kind}/{Name}",
        ObjectChange.Added => $"- {Kind}/{Name} (kept, unless -Prune is specified)",
        _ => $"~ {Kind}/{Name}\n  {string.Join('\n', Fields).Replace("\n", "\n  ", StringComparison.Ordinal)}",
    };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Kind}/{Name}: {Change}";
}
