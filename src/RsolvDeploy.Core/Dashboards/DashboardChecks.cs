using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Dashboards;

/// <summary><c>grafana.dashboard</c>, <c>grafana.environment-variable</c>, <c>grafana.panels</c> and <c>grafana.time-range</c>.</summary>
internal static class DashboardChecks
{
    private const int MostNamed = 3;

    // How much earlier than now a range may end and still show what is new.
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    /// <summary>The dashboard can be read. One that does not exist is not met; Grafana that does not respond is an error.</summary>
    public static async Task<CheckOutcome> JudgeDashboardAsync(Task<Dashboard> reading)
    {
        try
        {
            var dashboard = await reading;
            var folder = dashboard.Folder.Length > 0 ? $", folder {dashboard.Folder}" : "";
            return CheckOutcome.Met(string.Create(
                CultureInfo.InvariantCulture,
                $"{dashboard.Title} ({dashboard.Uid}, {dashboard.Schema}){folder}: {dashboard.Panels.Count} panels, "
                    + $"{dashboard.Variables.Count} variables")).Compared(1, 1);
        }
        catch (DeployException fault) when (fault.Id == GrafanaFaults.NotFoundId)
        {
            return CheckOutcome.NotMet(fault.Message, fault.Remedy).Compared(1, 0);
        }
    }

    /// <summary>The variable offers the environment, and selects it when the dashboard is opened.</summary>
    /// <param name="run">The dashboard.</param>
    /// <param name="name">The name of the variable.</param>
    /// <param name="isRequired">Whether the configuration names the variable.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="link">The link that may select a value.</param>
    public static CheckOutcome JudgeEnvironment(DashboardRun run, string name, bool isRequired, string environment, DashboardLink link)
    {
        if (run.Variables.FirstOrDefault(one => one.Variable.Name == name) is not { } found)
        {
            return isRequired
                ? CheckOutcome.NotMet(
                    $"The dashboard has no variable {name}; it has {Names(run.Variables.Select(one => one.Variable.Name))}",
                    "Add the variable to the dashboard, or correct grafana.environmentVariable.").Compared(environment, "(none)")
                : CheckOutcome.Skipped($"the dashboard has no variable {name}, and grafana.environmentVariable names no other one");
        }

        if (found.Problem is { } problem)
        {
            return new CheckOutcome(CheckResult.Unmeasured, $"Not measured: the options of {name} could not be read: {problem}")
            {
                Remedy = "Correct the variable in the dashboard, or its data source.",
            };
        }

        IReadOnlyList<VariableOption> selected = link.Values.TryGetValue(name, out var chosen)
            ? [.. chosen.Select(value => new VariableOption(value, value))]
            : found.Default;
        var isAll = selected.Any(option => option.Value == VariableOption.All);
        var isOffered = found.Options.Any(Is) || selected.Any(Is);
        var isSelected = isAll || selected.Any(Is);
        var shown = isAll ? "All" : Names(selected.Select(option => option.Value));
        var evidence = $"{name} offers {Names(found.Options.Select(option => option.Value))} and selects {shown}";
        return CheckOutcome.MetIf(
            isOffered && isSelected,
            isOffered ? evidence : $"{evidence}; {environment} is not offered",
            isOffered
                ? $"Save the dashboard with {environment} selected, or set grafana.dashboard to its link with var-{name}={environment}."
                : $"Check the label {name} of the series, and the query of the variable.")
            .Compared(environment, isSelected ? environment : shown);

        bool Is(VariableOption option) => option.Value == environment || option.Text == environment;
    }

    /// <summary>The queries of every panel run without error; panels with data and without are counted separately.</summary>
    public static CheckOutcome JudgePanels(DashboardRun run)
    {
        var panels = run.Panels.Where(panel => panel.State != PanelState.NoQuery).ToList();
        if (panels.Count == 0)
        {
            return CheckOutcome.Inconclusive(
                "No data: no panel of the dashboard has a query", "Check that grafana.dashboard names the right dashboard.").Compared(0, 0);
        }

        var failed = panels.FindAll(panel => panel.State == PanelState.Error);
        var empty = panels.FindAll(panel => panel.State == PanelState.NoData);
        var problems = run.Variables.Where(one => one.Problem is not null).ToList();
        var evidence = string.Create(
            CultureInfo.InvariantCulture,
            $"{panels.Count - failed.Count} of {panels.Count} panels run without error "
                + $"from {run.Range.From.UtcDateTime:yyyy-MM-dd HH:mm:ss} to "
                + $"{run.Range.To.UtcDateTime:HH:mm:ss} UTC: {panels.Count - failed.Count - empty.Count} with data, {empty.Count} without");
        if (empty.Count > 0) evidence += $" ({Names(empty.Select(panel => panel.Title))})";
        if (problems.Count > 0) evidence += $"; variables that could not be read: {Names(problems.Select(Problem))}";
        var notices = panels.SelectMany(panel => panel.Queries).SelectMany(query => query.Notices).Distinct().Take(MostNamed).ToList();
        if (notices.Count > 0) evidence += $"; the data source adds: {string.Join("; ", notices)}";
        var outcome = failed.Count > 0
            ? CheckOutcome.NotMet(
                $"{evidence}; {string.Join("; ", failed.Take(MostNamed).Select(Failure))}{More(failed.Count)}",
                "Correct the query that is named, or give the account access to its data source.")
            : problems.Count > 0 ? CheckOutcome.Warning(evidence, "Correct the variables in the dashboard.")
            : empty.Count == panels.Count ? CheckOutcome.Warning(evidence, "Send test data, then verify again.")
            : CheckOutcome.Met(evidence);
        return outcome.Compared(panels.Count, panels.Count - failed.Count);
    }

    /// <summary>The default range is set, and shows the deployment from its start until now.</summary>
    /// <param name="dashboard">The dashboard.</param>
    /// <param name="range">Its default range; null when it is not set.</param>
    /// <param name="started">When the deployment began; null when this pipeline has none.</param>
    /// <param name="now">The time now.</param>
    public static CheckOutcome JudgeTimeRange(Dashboard dashboard, TimeRange? range, DateTimeOffset? started, DateTimeOffset now)
    {
        const string Remedy =
            "Save the dashboard with a range such as the last hour, or set grafana.dashboard to its link with from and to.";
        var age = started is { } start ? Math.Max(0, Math.Round((now - start).TotalSeconds)) : 0;
        if (range is not { } shown || shown.Length <= TimeSpan.Zero)
        {
            return CheckOutcome.NotMet($"The dashboard has no default range: '{dashboard.From}' to '{dashboard.To}'", Remedy)
                .Compared(0, age);
        }

        var refresh = dashboard.Refresh.Length > 0 ? $"refreshed every {dashboard.Refresh}" : "not refreshed by itself";
        var evidence = $"{dashboard.From} to {dashboard.To}, {refresh}";
        var outcome = shown.To < now - Delay
            ? CheckOutcome.NotMet($"{evidence}; the range ends before now, so that it does not show the deployment", Remedy)
            : started is null ? CheckOutcome.Met($"{evidence}; there is no deployment in this pipeline")
            : CheckOutcome.MetIf(
                shown.From <= started,
                string.Create(
                    CultureInfo.InvariantCulture, $"{evidence}; the deployment began at {started.Value.UtcDateTime:HH:mm:ss} UTC"),
                Remedy);
        // What the range shows is the limit of how long ago the deployment may have begun.
        return outcome.Compared(Math.Max(0, Math.Round((now - shown.From).TotalSeconds)), age);
    }

    private static string Problem(ResolvedVariable variable) => $"{variable.Variable.Name} ({variable.Problem})";

    private static string Failure(DashboardPanel panel)
    {
        var query = panel.Queries.FirstOrDefault(one => one.Error is not null);
        return query is null
            ? $"{panel.Title}: {panel.Error}"
            : $"{panel.Title}, query {query.RefId} {Cut(query.Expression)}: {query.Error}";
    }

    private static string Names(IEnumerable<string> names)
    {
        var all = names.Distinct().ToList();
        return all.Count == 0 ? "nothing" : $"{string.Join(", ", all.Take(MostNamed + 2))}{(all.Count > MostNamed + 2 ? ", …" : "")}";
    }

    private static string More(int count) => count > MostNamed ? $"; and {count - MostNamed} more" : "";

    private static string Cut(string text) => text.Length <= 120 ? text : $"{text[..120]}…";
}
