namespace RsolvDeploy;

/// <summary>Whether a configuration can be used: the result of <c>Test-RsolvConfiguration</c>.</summary>
/// <param name="ConfigurationPath">The file, as a full path.</param>
/// <param name="IsValid">Whether it has no error.</param>
public sealed record ConfigurationReport(string ConfigurationPath, bool IsValid)
{
    /// <summary>The names of its targets; empty when it cannot be read.</summary>
    public IReadOnlyList<string> Targets { get; init => field = value.ToArray(); } = [];

    /// <summary>The errors, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; init => field = value.ToArray(); } = [];

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{ConfigurationPath}: {(IsValid ? "valid" : $"{Problems.Count} errors")}";
}
