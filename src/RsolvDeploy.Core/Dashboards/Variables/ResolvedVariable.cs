using RsolvDeploy.Dashboards.Models;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>A variable with its options and its value.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Options">Its options.</param>
/// <param name="Value">Its value.</param>
internal sealed record ResolvedVariable(Variable Variable, IReadOnlyList<VariableOption> Options, VariableValue Value)
{
    /// <summary>Why its options could not be read, so that the saved ones are used; null when they were.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// The saved selection, or the first option where nothing valid is saved: what the dashboard shows when it is opened.
    /// </summary>
    public IReadOnlyList<VariableOption> Default { get; init; } = [];
}
