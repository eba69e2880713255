using RsolvDeploy.Errors;

namespace RsolvDeploy.Deployments;

/// <summary>An interrupted step whose outcome cannot be determined.</summary>
internal static class UncertainStep
{
    /// <summary>The error <c>RunInDoubt</c>: the run is not resumed.</summary>
    /// <param name="found">What the probe found.</param>
    /// <param name="subject">The subject of the error.</param>
    /// <param name="remedy">What to do next.</param>
    public static DeployException Error(
        string found, object subject, string remedy = "Check the state of the deployment, then start a new run.") =>
        new("RunInDoubt", FaultCategory.InvalidOperation, $"The run is not resumed. {found}", remedy) { Subject = subject };
}
