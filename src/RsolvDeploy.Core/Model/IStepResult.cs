namespace RsolvDeploy;

/// <summary>What every step of the deployment outputs, so that the next one can take it from the pipeline.</summary>
public interface IStepResult
{
    /// <summary>The environment the step acted on.</summary>
    Target Target { get; }

    /// <summary>The run this step belongs to: <c>yyyyMMdd-HHmmss-xxxxxx</c>, UTC time and six random hex digits.</summary>
    string RunId { get; }

    /// <summary>How the step ended.</summary>
    StepStatus Status { get; }

    /// <summary>The checks of this step, in the order of the checklist.</summary>
    IReadOnlyList<Check> Checks { get; }

    /// <summary>What was wrong already before the deployment, carried from step to step so that each blames only what is new; null when nobody looked.</summary>
    Baseline? Baseline { get; }

    /// <summary>The same result with what was wrong before.</summary>
    /// <param name="baseline">What was wrong before.</param>
    internal IStepResult WithBaseline(Baseline baseline);
}
