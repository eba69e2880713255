using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>Refuses a deployment in a freeze window, unless a person allowed it by name and reason.</summary>
/// <param name="context">The context of the run.</param>
/// <param name="allowed">Who allowed it, and why; null when nobody did.</param>
internal sealed class FreezeGate(StepContext context, FreezeOverride? allowed)
{
    private readonly FreezeCalendar _calendar = new(context.Target.Policy.Freeze);

    /// <summary>The error of a deployment that may not start now; null when it may.</summary>
    public DeployException? Refusal()
    {
        var now = context.Clock.GetUtcNow();
        if (_calendar.Find(now) is not { } window || allowed is not null) return null;
        var end = _calendar.EndAfter(now) is { } at ? $"until {at:yyyy-MM-dd HH:mm} ({context.Target.Policy.Freeze.TimeZone})" : "for long";
        return new DeployException("DeploymentFrozen", FaultCategory.ResourceUnavailable,
            $"Target {context.Target.Name} is in the freeze window '{window.Name}' {end}. Nothing is deployed.",
            "Wait until it ends; or have it allowed, and specify -OverrideFreezeBy and -OverrideFreezeReason.")
        { Subject = window.Name };
    }

    /// <summary>Refuses the deployment; a preview only warns, so that the change can be looked at before the window ends.</summary>
    /// <exception cref="DeployException"><c>DeploymentFrozen</c>.</exception>
    public async Task RequireAsync(CancellationToken ct)
    {
        if (Refusal() is not { } frozen) return;
        if (!await context.Confirmation.IsPreviewAsync(ct)) throw frozen;
        context.Reporter.Warning($"{frozen.Message} {frozen.Remedy}");
    }

    /// <summary>
    /// Refuses once more under the lock, because the window may have begun while it was waited for, and records an override.
    /// </summary>
    /// <exception cref="DeployException"><c>DeploymentFrozen</c>.</exception>
    public void RequireNow()
    {
        if (Refusal() is { } frozen) throw frozen;
        Record(context.Journal.Ledger);
    }

    /// <summary>Records the override when a window is overridden; once in a run.</summary>
    /// <param name="ledger">The ledger of the run.</param>
    public void Record(RunLedger ledger)
    {
        if (allowed is null || _calendar.Find(context.Clock.GetUtcNow()) is not { } window || IsRecorded(window)) return;
        var (by, reason) = (context.Redactor.Apply(allowed.By), context.Redactor.Apply(allowed.Reason));
        context.Reporter.Warning($"The freeze window '{window.Name}' is overridden by {by}: {reason}");
        ledger.Append(LedgerEvent.FreezeOverride, new FreezeOverridden(window.Name, by, reason));
    }

    private bool IsRecorded(FreezeWindow window) => new RunFolder(context.RunId).Read().Lines
        .Any(line => line.Event == LedgerEvent.FreezeOverride && (string?)line.Data["window"] == window.Name);
}
