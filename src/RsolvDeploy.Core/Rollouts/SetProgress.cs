namespace RsolvDeploy.Rollouts;

/// <summary>How far the controller of a StatefulSet or DaemonSet has rolled out its template, by its status.</summary>
/// <param name="ObservedGeneration">The generation that the status describes.</param>
/// <param name="Desired">How many pods the update replaces.</param>
/// <param name="IsRolledOut">Whether <c>kubectl rollout status</c> calls the rollout successful, once the generation is observed.</param>
internal sealed record SetProgress(long ObservedGeneration, int Desired, bool IsRolledOut)
{
    /// <summary>How many pods keep the old template, as the partition of the update strategy wants it.</summary>
    public int Kept { get; init; }

    /// <summary>Whether pods are only replaced when somebody deletes them. kubectl has no rollout status then.</summary>
    public bool IsOnDelete { get; init; }

    /// <summary>What is special about the update strategy; empty for a complete rolling update.</summary>
    public string Note => IsOnDelete ? "updateStrategy OnDelete: each pod gets the new template when it is deleted"
        : Kept > 0 ? $"partition: {Kept} pods keep the old template"
        : "";
}
