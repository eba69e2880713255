using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Configuration.Diagnostics;

/// <summary>Collects what is wrong in one file, so that all errors are reported together.</summary>
internal sealed class Problems(string file)
{
    /// <summary>Where the exception carries the problems one by one, in the order of the file.</summary>
    public const string Key = "Problems";

    private const int MostShown = 20;
    private readonly List<Problem> _problems = [];
    private readonly HashSet<(Position, string)> _reported = [];

    public bool Any => _problems.Count > 0;

    /// <summary>Adds a problem, unless the same was reported for the same place: an inherited value is read once a target.</summary>
    public void Add(Position at, string path, string text, bool isCredential = false)
    {
        if (_reported.Add((at, text))) _problems.Add(new Problem(at, path, text, isCredential));
    }

    public bool HasCredentialOn(int line) => _problems.Any(problem => problem.IsCredential && problem.At.Line == line);

    /// <summary>Throws one exception with all problems; returns when there are none.</summary>
    public void ThrowIfAny()
    {
        if (!Any) return;
        var credential = _problems.Any(problem => problem.IsCredential);
        var exception = new DeployException(
            credential ? "CredentialInConfiguration" : "ConfigurationInvalid",
            credential ? FaultCategory.SecurityError : FaultCategory.InvalidData,
            Message(),
            credential ? CredentialDetector.Remedy : "Correct the places named; docs/configuration.md lists every key.")
        { Subject = file };
        exception.Data[Key] = _problems.OrderBy(problem => problem.At.Line).ThenBy(problem => problem.At.Column).ToArray();
        throw exception;
    }

    private string Message()
    {
        var count = _problems.Count == 1 ? "an error" : $"{_problems.Count} errors";
        var lines = _problems
            .OrderByDescending(problem => problem.IsCredential).ThenBy(problem => problem.At.Line).ThenBy(problem => problem.At.Column)
            .Take(MostShown)
            .Select(problem =>
                $"{file}:{problem.At.Line}:{problem.At.Column}: {(problem.Path.Length == 0 ? "" : problem.Path + ": ")}{problem.Text}");
        var rest = _problems.Count > MostShown ? $"\n… and {_problems.Count - MostShown} more." : "";
        return $"The configuration has {count}.\n{string.Join('\n', lines)}{rest}";
    }
}
