namespace RsolvDeploy;

/// <summary>A task of people after a deployment.</summary>
/// <param name="Name">The last part of the check's id, <c>task.&lt;name&gt;</c>.</param>
/// <param name="Title">What is to be done, in one short sentence.</param>
/// <param name="Due">How long after the deployment it is due.</param>
public sealed record TaskSettings(string Name, string Title, TimeSpan Due)
{
    /// <summary>Who does it, by name or role; empty for nobody in particular.</summary>
    public string Owner { get; init; } = "";
}
