using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;

namespace RsolvDeploy.Dashboards.Panels;

/// <summary>What the panels of a dashboard have in common.</summary>
/// <param name="Dashboard">The dashboard.</param>
/// <param name="Variables">Its variables with their values.</param>
/// <param name="Range">The range that its queries run over.</param>
/// <param name="Zone">Its time zone.</param>
internal sealed record PanelScope(
    Dashboard Dashboard, IReadOnlyList<ResolvedVariable> Variables, TimeRange Range, TimeZoneInfo Zone)
{
    /// <summary>The values of the variables, and those that every dashboard has.</summary>
    public IReadOnlyDictionary<string, VariableValue> Values { get; } =
        Variables.Select(one => one.Value).Concat(BuiltInValues.Of(Dashboard.Title, Dashboard.TimeZone))
            .DistinctBy(value => value.Name).ToDictionary(value => value.Name);

    /// <summary>The filters for a data source.</summary>
    public IReadOnlyList<AdHocFilter> FiltersFor(string uid, DataSources sources) =>
    [
        .. Variables.Where(one => one.Variable.Kind == VariableKind.AdHoc)
            .Where(one => sources.Find(one.Variable.Source, new Interpolation(Values))?.Uid == uid)
            .SelectMany(one => one.Variable.Filters),
    ];
}
