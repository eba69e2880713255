namespace RsolvDeploy.Deployments.Checklist;

/// <summary>
/// The steps of the checklist that stand beside the release: what follows them does not read their result, but that of the step before.
/// </summary>
internal static class AsideSteps
{
    /// <summary>Whether a kind of step is one of them.</summary>
    public static bool Contains(StepKind kind) => kind is StepKind.Staging or StepKind.Announcement or StepKind.Watch;
}
