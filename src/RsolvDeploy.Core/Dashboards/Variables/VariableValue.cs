using RsolvDeploy.Dashboards.Models;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>The value of a variable while panels run.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Selected">The selected options; all options where all are selected.</param>
internal sealed record VariableValue(string Name, IReadOnlyList<VariableOption> Selected)
{
    /// <summary>Whether several values or all may be selected, so that queries take a value as a pattern.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether all are selected.</summary>
    public bool IsAll { get; init; }

    /// <summary>What all means, which is never escaped; null where it means all options.</summary>
    public string? Literal { get; init; }

    /// <summary>A variable with one value.</summary>
    public static VariableValue One(string name, string value) => new(name, [new VariableOption(value, value)]);

    /// <summary>The values.</summary>
    public IEnumerable<string> Values => Selected.Select(option => option.Value);
}
