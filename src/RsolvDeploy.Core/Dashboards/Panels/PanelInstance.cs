using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;

namespace RsolvDeploy.Dashboards.Panels;

/// <summary>A panel as it is shown: one for each value that it is repeated for.</summary>
/// <param name="Panel">The panel as it is saved.</param>
/// <param name="Values">The values of the variables for this instance.</param>
internal sealed record PanelInstance(Panel Panel, IReadOnlyDictionary<string, VariableValue> Values)
{
    /// <summary>The most instances of a repeated panel that are run; more would show no other kind of error.</summary>
    public const int Most = 20;

    /// <summary>The title with the values.</summary>
    public string Title => new Interpolation(Values) { Format = "text" }.Apply(Panel.Title);

    /// <summary>The instances of a panel.</summary>
    public static IReadOnlyList<PanelInstance> Of(Panel panel, IReadOnlyDictionary<string, VariableValue> values)
    {
        IEnumerable<IReadOnlyDictionary<string, VariableValue>> scopes = [values];
        foreach (var name in panel.Repeats.Distinct())
        {
            // A variable without a value leaves one instance, as Grafana shows it.
            if (values.TryGetValue(name, out var repeated) && repeated.Selected.Count > 0)
                scopes = scopes.SelectMany(scope => repeated.Selected.Select(option => With(scope, repeated, option)));
        }

        return [.. scopes.Take(Most).Select(scope => new PanelInstance(panel, scope))];
    }

    private static Dictionary<string, VariableValue> With(
        IReadOnlyDictionary<string, VariableValue> scope, VariableValue variable, VariableOption option) =>
        new Dictionary<string, VariableValue>(scope)
        {
            [variable.Name] = variable with { Selected = [option], IsAll = false, Literal = null },
        };
}
