using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>Evaluates the checks of a smoke test.</summary>
internal static class SmokeTable
{
    /// <summary>Evaluates one check and reports its evidence.</summary>
    public static async Task<Check> EvaluateAsync(
        this StepContext context, CheckDefinition definition, Func<Task<CheckOutcome>> measure, CancellationToken ct)
    {
        var check = await definition.EvaluateAsync(new CheckScope(context.Clock, ct), measure);
        context.Reporter.Verbose($"{check}: {check.Evidence}");
        return check;
    }
}
