namespace RsolvDeploy;

/// <summary>The result of a step. The next step reads it from the pipeline.</summary>
public interface IStepResult
{
    /// <summary>The environment the step acted on.</summary>
    TargetIdentity Target { get; }

    /// <summary>The run this step belongs to: <c>yyyyMMdd-HHmmss-xxxxxx</c>, UTC time and six random hex digits.</summary>
    string RunId { get; }

    /// <summary>How the step ended.</summary>
    StepStatus Status { get; }

    /// <summary>The checks of this step, in the order of the checklist.</summary>
    IReadOnlyList<Check> Checks { get; }

    /// <summary>
    /// The baseline from before the deployment, passed from step to step so that only new problems count; null when it was not measured.
    /// </summary>
    Baseline? Baseline { get; }

    /// <summary>The same result with a baseline.</summary>
    /// <param name="baseline">The baseline.</param>
    internal IStepResult WithBaseline(Baseline baseline);
}
