using RsolvDeploy.Errors;

namespace RsolvDeploy.Steps;

/// <summary>Creates the error of a failed result.</summary>
internal static class StepError
{
    private const string Failed = "Failed";

    /// <summary>The error; null when the step succeeded or did not act.</summary>
    /// <param name="result">The result.</param>
    /// <param name="id">The error id of a failed result, such as RolloutFailed; a result that timed out has the id RolloutTimedOut.</param>
    public static DeployException? From(IStepResult result, string id)
    {
        if (result.Status is not (StepStatus.Failed or StepStatus.TimedOut)) return null;
        var timedOut = result.Status == StepStatus.TimedOut;
        var (message, remedy) = Cause(result);
        var evidence = result switch { Rollout rollout => rollout.Evidence, Rollback rollback => rollback.Evidence, _ => null };
        if (result is Rollout { Rollback: { } undone })
            message += undone.Status == StepStatus.Succeeded ? $" It was rolled back to {undone.Image}." : " Its rollback failed.";
        if (evidence is not null) message += $" The evidence is in {evidence}.";
        if (timedOut && id.EndsWith(Failed, StringComparison.Ordinal)) id = $"{id[..^Failed.Length]}TimedOut";
        return new DeployException(
            id,
            timedOut ? FaultCategory.OperationTimeout : FaultCategory.InvalidOperation,
            $"{result.Target.Name}: {message}",
            remedy.Length > 0 ? remedy : "See the property Checks of the result.")
        { Subject = result };
    }

    private static (string Message, string Remedy) Cause(IStepResult result)
    {
        var failed = result.Checks.Where(check => check.FailsStep).ToList();
        return result switch
        {
            Rollout { Diagnosis: { } cause } => (cause.Message, cause.Remedy),
            Rollback { Diagnosis: { } cause } => (cause.Message, cause.Remedy),
            _ when failed.Count > 0 =>
                (string.Join("; ", failed.Select(check => $"{check.Id}: {check.Evidence.TrimEnd('.')}")) + ".", failed[0].Remedy ?? ""),
            _ => ("The step failed; its checks show the cause.", ""),
        };
    }
}
