using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>
/// Resolves the variables of a dashboard. A variable that refers to others comes after them; those that do not depend on each other
/// are read at once.
/// </summary>
/// <param name="client">Grafana.</param>
/// <param name="sources">The data sources.</param>
/// <param name="range">The range that options are read over.</param>
/// <param name="selected">Values that were selected, by the names of variables; the saved ones hold otherwise.</param>
internal sealed class VariableResolver(
    GrafanaClient client, DataSources sources, TimeRange range, IReadOnlyDictionary<string, IReadOnlyList<string>> selected)
{
    /// <summary>Resolves them, in their order.</summary>
    public async Task<IReadOnlyList<ResolvedVariable>> ResolveAsync(IReadOnlyList<Variable> variables, CancellationToken ct)
    {
        var names = variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        var done = new Dictionary<string, ResolvedVariable>(StringComparer.Ordinal);
        var pending = variables.DistinctBy(variable => variable.Name).ToList();
        while (pending.Count > 0)
        {
            var ready = pending
                .Where(variable => References(variable)
                    .All(name => name == variable.Name || done.ContainsKey(name) || !names.Contains(name)))
                .ToList();
            // Variables that refer to each other in a circle have their saved values.
            if (ready.Count == 0) ready = pending;
            var values = BuiltInValues.Of(range).Concat(done.Values.Select(one => one.Value)).DistinctBy(value => value.Name)
                .ToDictionary(value => value.Name);
            foreach (var resolved in await Task.WhenAll(ready.Select(variable => ResolveAsync(variable, values, ct))))
                done[resolved.Variable.Name] = resolved;
            pending = [.. pending.Except(ready)];
        }

        return [.. variables.Select(variable => done[variable.Name]).Distinct()];
    }

    private static IEnumerable<string> References(Variable variable) =>
        new[] { variable.Query, variable.Regex, variable.Source.Uid ?? "", variable.QueryBody?.ToJsonString() ?? "" }
            .SelectMany(Interpolation.NamesIn);

    private async Task<ResolvedVariable> ResolveAsync(
        Variable variable, IReadOnlyDictionary<string, VariableValue> values, CancellationToken ct)
    {
        string? problem = null;
        var options = variable.Options;
        try
        {
            options = await OptionsAsync(variable, values, ct);
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            problem = UnexpectedError.From(error).Message;
        }

        var standard = Default(variable, options, problem is null);
        var chosen = selected.TryGetValue(variable.Name, out var texts)
            ? [.. texts.Select(text => Option(text == "All" && variable.IncludesAll ? VariableOption.All : text, options))]
            : standard;
        return new ResolvedVariable(variable, options, Value(variable, chosen, options)) { Problem = problem, Default = standard };
    }

    private async Task<IReadOnlyList<VariableOption>> OptionsAsync(
        Variable variable, IReadOnlyDictionary<string, VariableValue> values, CancellationToken ct)
    {
        var text = new Interpolation(values);
        switch (variable.Kind)
        {
            case VariableKind.Custom:
                var listed = VariableOptions.FromList(text.Apply(variable.Query));
                return listed.Count > 0 && variable.Query.TrimStart() is not ['[', ..] ? listed : variable.Options;
            case VariableKind.Interval:
                return VariableOptions.FromList(variable.Query);
            case VariableKind.Constant or VariableKind.TextBox:
                return variable.Current.Count > 0 ? variable.Current : [new VariableOption(variable.Query, variable.Query)];
            case VariableKind.DataSource:
                var found = sources.OfType(text.Apply(variable.Query)).ToList();
                var names = VariableOptions
                    .From(found.Select(source => new VariableOption(source.Name, source.Name)), text.Apply(variable.Regex), 0)
                    .Select(option => option.Value).ToHashSet(StringComparer.Ordinal);
                return
                [
                    .. found.Where(source => names.Contains(source.Name)).Select(source => new VariableOption(source.Name, source.Uid)),
                ];
            case VariableKind.Query when sources.Find(variable.Source, text) is { IsPrometheus: true } source:
                var query = new Interpolation(values) { Format = VariableFormat.Prometheus }.Apply(variable.Query);
                var labels = await new PrometheusLabels(client, source, range.From, range.To).FindAsync(query, ct);
                return VariableOptions.From(
                    labels.Select(label => new VariableOption(label, label)), text.Apply(variable.Regex), variable.Sort);
            case VariableKind.Query when sources.Find(variable.Source, text) is null:
                throw new DeployException("VariableInvalid", FaultCategory.ObjectNotFound,
                    $"The data source {variable.Source.Uid ?? variable.Source.Type ?? "(default)"} "
                        + $"of the variable {variable.Name} does not exist.",
                    "Correct the variable in the dashboard.");
            default:
                return variable.Options;
        }
    }

    // What Grafana selects when the dashboard is opened: what was saved, as long as it is an option, or else the first one.
    private static IReadOnlyList<VariableOption> Default(Variable variable, IReadOnlyList<VariableOption> options, bool areKnown)
    {
        IReadOnlyList<VariableOption> saved = variable.Current;
        if (saved.Any(option => option.Value == VariableOption.All)) return saved;
        var isFixed = variable.Kind is not (VariableKind.Query or VariableKind.DataSource) || !areKnown || options.Count == 0;
        IReadOnlyList<VariableOption> valid = isFixed
            ? saved
            : [.. saved.Where(one => one.Value == "default"
                || options.Any(option => option.Value == one.Value || option.Text == one.Value))];
        if (valid.Count > 0 && valid.Any(option => option.Value.Length > 0)) return valid;
        if (variable.IncludesAll) return [new VariableOption("All", VariableOption.All)];
        return options.Count > 0 ? [options[0]] : saved;
    }

    private static VariableOption Option(string value, IReadOnlyList<VariableOption> options) =>
        options.FirstOrDefault(option => option.Value == value)
        ?? options.FirstOrDefault(option => option.Text == value)
        ?? new VariableOption(value, value);

    private VariableValue Value(Variable variable, IReadOnlyList<VariableOption> chosen, IReadOnlyList<VariableOption> options)
    {
        var isAll = chosen.Any(option => option.Value == VariableOption.All);
        var least = TimeSpanText.Parse(variable.Auto.Least) ?? TimeSpan.FromSeconds(10);
        return new VariableValue(
            variable.Name,
            isAll ? [.. options.Where(option => option.Value != VariableOption.All)] : [.. chosen.Select(Resolve)])
        {
            IsAll = isAll,
            IsList = variable.IsMulti || variable.IncludesAll,
            Literal = isAll && variable.AllValue.Length > 0 ? variable.AllValue : null,
        };

        VariableOption Resolve(VariableOption option) => option.Value.StartsWith("$__auto", StringComparison.Ordinal)
            ? option with { Value = TimeSpanText.Write(TimeSpanText.Interval(range.Length, variable.Auto.Count, least)) }
            : option;
    }
}
