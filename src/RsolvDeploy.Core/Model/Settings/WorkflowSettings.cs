namespace RsolvDeploy;

/// <summary>The workflow file that is generated.</summary>
/// <param name="Action">The action with its version, <c>owner/name@ref</c>.</param>
public sealed record WorkflowSettings(string Action)
{
    /// <summary>The input of the action that gets the repository secret.</summary>
    public string SecretInput { get; init; } = "rsolvApiKey";

    /// <summary>The other inputs of the action.</summary>
    public IReadOnlyDictionary<string, string> With { get; init; } = new Dictionary<string, string>();

    /// <summary>The label of the runner.</summary>
    public string RunsOn { get; init; } = "ubuntu-latest";
}
