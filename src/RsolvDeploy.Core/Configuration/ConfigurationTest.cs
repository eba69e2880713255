using RsolvDeploy.Configuration.Diagnostics;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Configuration;

/// <summary>Reads a whole configuration, with all of its targets, and reports its errors instead of throwing them.</summary>
internal static class ConfigurationTest
{
    /// <summary>The report of a file.</summary>
    /// <param name="path">The file, as a full path.</param>
    /// <exception cref="DeployException">The file cannot be read at all.</exception>
    public static ConfigurationReport Run(string path)
    {
        try
        {
            var configuration = ConfigurationFile.Load(path);
            var problems = configuration.TargetNames.SelectMany(name => ProblemsOf(() => configuration.GetTarget(name))).ToList();
            return new ConfigurationReport(path, problems.Count == 0) { Targets = configuration.TargetNames, Problems = problems };
        }
        catch (DeployException e) when (e.Data[Problems.Key] is IReadOnlyList<Problem> problems)
        {
            return new ConfigurationReport(path, false) { Problems = [.. problems.Select(ToPublic)] };
        }
    }

    // What a target looks up in the environment is known only when it is asked for.
    private static IEnumerable<ConfigurationProblem> ProblemsOf(Action read)
    {
        try
        {
            read();
            return [];
        }
        catch (DeployException e) when (e.Data[Problems.Key] is IReadOnlyList<Problem> problems)
        {
            return problems.Select(ToPublic);
        }
    }

    private static ConfigurationProblem ToPublic(Problem problem) =>
        new(problem.At.Line, problem.At.Column, problem.Path, problem.Text);
}
