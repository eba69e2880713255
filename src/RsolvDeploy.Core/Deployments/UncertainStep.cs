using RsolvDeploy.Errors;

namespace RsolvDeploy.Deployments;

/// <summary>An interrupted step of which nobody knows what became of it.</summary>
internal static class UncertainStep
{
    /// <summary>The error <c>RunInDoubt</c>: the run is not resumed.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="remedy">What to do.</param>
    public static DeployException Error(
        string found, object subject, string remedy = "Look at it yourself, then start a new run; this one is left as it is.") =>
        new("RunInDoubt", FaultCategory.InvalidOperation, $"The run is not resumed. {found}", remedy) { Subject = subject };
}
