namespace RsolvDeploy.Errors;

/// <summary>Says in one error what a step that gave a result did not achieve.</summary>
internal static class StepFault
{
    /// <summary>The error, or null when the step succeeded or did not act.</summary>
    public static DeployException? From(IStepResult result, string id)
    {
        if (result.Status is not (StepStatus.Failed or StepStatus.TimedOut)) return null;
        var failed = result.Checks.Where(check => check.FailsStep).ToList();
        var category = result.Status == StepStatus.TimedOut ? FaultCategory.OperationTimeout : FaultCategory.InvalidOperation;
        var (message, remedy) = result switch
        {
            Rollout { Diagnosis: { } cause } => (cause.Message, cause.Remedy),
            Rollback { Diagnosis: { } cause } => (cause.Message, cause.Remedy),
            _ when failed.Count > 0 => (string.Join("; ", failed.Select(check => $"{check.Id}: {check.Evidence.TrimEnd('.')}")) + ".", failed[0].Remedy ?? ""),
            _ => ("It did not succeed; its checks say why.", ""),
        };
        var evidence = result switch { Rollout rollout => rollout.Evidence, Rollback rollback => rollback.Evidence, _ => null };
        if (evidence is not null) message += $" What was there is saved in {evidence}.";
        // Failed and not finished in time are different results, so they have different ids: RolloutFailed, RolloutTimedOut.
        if (result.Status == StepStatus.TimedOut && id.EndsWith("Failed", StringComparison.Ordinal)) id = $"{id[..^"Failed".Length]}TimedOut";
        return new DeployException(id, category, $"{result.Target.Name}: {message}", remedy.Length > 0 ? remedy : "Look at the Checks of the result.") { Subject = result };
    }
}
