using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>Evaluates the checks of a smoke test, and puts them into the order of the checklist.</summary>
internal static class SmokeTable
{
    /// <summary>The checks in the order of the checklist.</summary>
    public static IReadOnlyList<Check> InOrder(IEnumerable<Check> checks)
    {
        var ids = CheckTable.For(StepKind.Smoke).Select(definition => definition.Id).ToList();
        return [.. checks.OrderBy(check => ids.IndexOf(check.Id))];
    }

    /// <summary>Evaluates one check and reports its evidence.</summary>
    public static async Task<Check> EvaluateAsync(
        this StepContext context, CheckDefinition definition, Func<Task<CheckOutcome>> measure, CancellationToken ct)
    {
        var check = await definition.EvaluateAsync(new CheckScope(context.Clock, ct), measure);
        context.Reporter.Verbose($"{check}: {check.Evidence}");
        return check;
    }
}
