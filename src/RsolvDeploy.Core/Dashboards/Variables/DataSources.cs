using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>Finds the data source that a dashboard means: by uid, by name, by type, or the default one.</summary>
/// <param name="Known">The data sources that the credential can see.</param>
internal sealed record DataSources(IReadOnlyList<GrafanaDataSource> Known)
{
    /// <summary>The data sources of a type, for a variable; the default one first.</summary>
    public IEnumerable<GrafanaDataSource> OfType(string type) =>
        Known.Where(source => source.Type == type).OrderByDescending(source => source.IsDefault);

    /// <summary>Finds it; null when there is none.</summary>
    /// <param name="reference">How the dashboard names it; variables in it are resolved by <paramref name="values"/>.</param>
    /// <param name="values">The values of variables.</param>
    public GrafanaDataSource? Find(DataSourceReference reference, Interpolation values)
    {
        var uid = reference.Uid is null ? "" : values.Apply(reference.Uid);
        var type = reference.Type is null ? "" : values.Apply(reference.Type);
        if (reference.IsBuiltIn) return new GrafanaDataSource("grafana", "-- Grafana --", "datasource");
        if (uid.Length > 0 && uid != "default")
        {
            return Known.FirstOrDefault(source => source.Uid == uid)
                ?? Known.FirstOrDefault(source => source.Name == uid);
        }

        var standard = Known.FirstOrDefault(source => source.IsDefault);
        return type.Length == 0 || standard?.Type == type ? standard : Known.FirstOrDefault(source => source.Type == type);
    }
}
