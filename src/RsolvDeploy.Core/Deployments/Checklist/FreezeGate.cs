using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>Refuses a deployment in a freeze window, unless a person allowed it by name and reason.</summary>
/// <param name="context">The context of the run.</param>
/// <param name="options">The options, with the override.</param>
internal sealed class FreezeGate(StepContext context, ChecklistOptions options)
{
    private readonly FreezeCalendar _calendar = new(context.Target.Policy.Freeze);

    /// <summary>The error of a deployment that may not start now; null when it may.</summary>
    public DeployException? Refusal()
    {
        var now = context.Clock.GetUtcNow();
        if (_calendar.Find(now) is not { } window || IsOverridden) return null;
        var end = _calendar.EndAfter(now) is { } at ? $"until {at:yyyy-MM-dd HH:mm} ({context.Target.Policy.Freeze.TimeZone})" : "for long";
        return new DeployException("DeploymentFrozen", FaultCategory.ResourceUnavailable,
            $"Target {context.Target.Name} is in the freeze window '{window.Name}' {end}. Nothing is deployed.",
            "Wait until it ends; or have it allowed, and specify -OverrideFreezeBy and -OverrideFreezeReason.")
        { Subject = window.Name };
    }

    /// <summary>Records the override when a window is overridden.</summary>
    /// <param name="ledger">The ledger of the run.</param>
    public void Record(RunLedger ledger)
    {
        if (!IsOverridden || _calendar.Find(context.Clock.GetUtcNow()) is not { } window) return;
        var reason = context.Redactor.Apply(options.OverrideFreezeReason!);
        context.Reporter.Warning($"The freeze window '{window.Name}' is overridden by {options.OverrideFreezeBy}: {reason}");
        ledger.Append(
            LedgerEvent.FreezeOverride,
            new FreezeOverridden(window.Name, options.OverrideFreezeBy!, reason),
            LedgerJson.Default.FreezeOverridden);
    }

    private bool IsOverridden => options is { OverrideFreezeBy: not null, OverrideFreezeReason: not null };
}
