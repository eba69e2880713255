namespace RsolvDeploy;

/// <summary>The test data to send. Nothing is sent to a target without these settings.</summary>
/// <param name="Path">The path it is posted to.</param>
/// <param name="Header">The header that carries the key.</param>
/// <param name="Key">Where the key lies.</param>
/// <param name="Repository">The repository that the data names.</param>
/// <param name="IssueNumber">The issue that the data names.</param>
public sealed record TestDataSettings(string Path, string Header, SecretKeyReference Key, string Repository, int IssueNumber)
{
    /// <summary>
    /// The data of a validation: text, numbers and booleans by their names. Text may use <c>{run}</c>, <c>{commit}</c>, <c>{repo}</c>
    /// and <c>{issue}</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object> Validation { get; init; } = DefaultValidation;

    /// <summary>The data of a mitigation, with the same placeholders.</summary>
    public IReadOnlyDictionary<string, object> Mitigation { get; init; } = DefaultMitigation;

    /// <summary>The validation of the checklist.</summary>
    internal static IReadOnlyDictionary<string, object> DefaultValidation { get; } = new Dictionary<string, object>
    {
        ["validated"] = true,
        ["language"] = "javascript",
        ["framework"] = "express",
        ["tests_generated"] = 3L,
        ["tests_passed"] = 3L,
        ["tests_failed"] = 0L,
    };

    /// <summary>The mitigation of the checklist.</summary>
    internal static IReadOnlyDictionary<string, object> DefaultMitigation { get; } = new Dictionary<string, object>
    {
        ["pr_url"] = "https://github.com/{repo}/pull/1?run={run}",
        ["pr_number"] = 1L,
        ["files_changed"] = 1L,
        ["trust_score"] = 95L,
        ["language"] = "javascript",
        ["framework"] = "express",
    };
}
