using RsolvDeploy.Errors;

namespace RsolvDeploy.Updates;

/// <summary>A person allows a deployment in a freeze window.</summary>
/// <param name="By">Who allows it.</param>
/// <param name="Reason">Why.</param>
internal sealed record FreezeOverride(string By, string Reason)
{
    /// <summary>The override of a name and a reason; null without both.</summary>
    /// <exception cref="DeployException"><c>FreezeOverrideIncomplete</c>.</exception>
    public static FreezeOverride? From(string? by, string? reason) => (by, reason) switch
    {
        (null, null) => null,
        ({ } name, { } why) => new FreezeOverride(name, why),
        _ => throw new DeployException("FreezeOverrideIncomplete", FaultCategory.InvalidArgument,
            "A freeze window is overridden by a name and a reason, and only one of them is specified.",
            "Specify both -OverrideFreezeBy and -OverrideFreezeReason."),
    };
}
