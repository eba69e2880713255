using RsolvDeploy.Checks;

namespace RsolvDeploy.Staging;

/// <summary>Collects the checks of a validation, one after another.</summary>
internal sealed class StagingChecks(TimeProvider clock)
{
    private readonly Dictionary<CheckDefinition, Check> _done = [];
    private CheckTimer _timer = CheckTimer.Start(clock);

    /// <summary>Whether a required check failed.</summary>
    public bool HasFailed => _done.Values.Any(check => check.FailsStep);

    /// <summary>The first check that is not measured; null when all are.</summary>
    public CheckDefinition? FirstOpen => CheckTable.For(StepKind.Staging).FirstOrDefault(definition => !_done.ContainsKey(definition));

    /// <summary>Starts to take the time for the checks that follow.</summary>
    public void Begin() => _timer = CheckTimer.Start(clock);

    /// <summary>Makes the check of an outcome.</summary>
    public void Add(CheckDefinition definition, CheckOutcome outcome) => _done[definition] = definition.ToCheck(outcome, _timer);

    /// <summary>Adds a check that was measured.</summary>
    public void Add(CheckDefinition definition, Check check) => _done[definition] = check;

    /// <summary>The checks in the order of the checklist; checks that were not measured are skipped with this reason.</summary>
    public Check[] List(string whySkipped) =>
    [
        .. CheckTable.All
            .Where(definition => definition.Step == StepKind.Staging && (!definition.IsConditional || _done.ContainsKey(definition)))
            .Select(definition => _done.TryGetValue(definition, out var check) ? check : definition.Skip(whySkipped, clock)),
    ];
}
