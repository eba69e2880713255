namespace RsolvDeploy;

/// <summary>How generated tests are recognized.</summary>
public sealed record WorkflowTestSettings
{
    /// <summary>A glob for the name of the validation branch.</summary>
    public string Branch { get; init; } = "rsolv/validate/*";

    /// <summary>
    /// A regular expression for the line of the log with the number of generated tests as its first group; null for none.
    /// </summary>
    public string? Generated { get; init; }

    /// <summary>A regular expression for the line of the log with the number of executed tests as its first group; null for none.</summary>
    public string? Executed { get; init; }

    /// <summary>A glob for the name of an artifact with the tests' results; null for none.</summary>
    public string? Artifact { get; init; }
}
