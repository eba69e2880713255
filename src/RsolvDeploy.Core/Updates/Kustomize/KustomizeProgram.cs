using RsolvDeploy.Errors;
using RsolvDeploy.Programs;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Updates.Kustomize;

/// <summary>The program that builds an overlay: <c>kustomize</c>, or <c>kubectl kustomize</c> when only kubectl is installed.</summary>
/// <param name="Name">The program.</param>
/// <param name="IsKustomize">Whether it is kustomize itself; <c>kubectl</c> has it as a command.</param>
internal sealed record KustomizeProgram(string Name, bool IsKustomize)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Searches for it on the PATH.</summary>
    /// <exception cref="DeployException"><c>KustomizeMissing</c>.</exception>
    public static KustomizeProgram Find() => Find(Environment.GetEnvironmentVariable("PATH") ?? "");

    internal static KustomizeProgram Find(string path)
    {
        var known = new[] { new KustomizeProgram("kustomize", IsKustomize: true), new KustomizeProgram("kubectl", IsKustomize: false) };
        foreach (var program in known)
            if (ProgramPath.Find(program.Name, path) is { } found) return program with { Name = found };
        throw new DeployException(
            "KustomizeMissing",
            FaultCategory.ObjectNotFound,
            "Neither kustomize nor kubectl is on the PATH, so the overlay cannot be built.",
            "Install kustomize (or kubectl, which can build), or take 'kustomize' out of the target.");
    }

    /// <summary>The arguments that build a folder.</summary>
    public IReadOnlyList<string> Building(string folder) => IsKustomize ? ["build", folder] : ["kustomize", folder];

    /// <summary>Runs it in a folder.</summary>
    /// <returns>Its output.</returns>
    /// <exception cref="DeployException"><c>KustomizeFailed</c>, <c>KustomizeTimedOut</c>.</exception>
    public async Task<string> RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProgramStart(Name, arguments) { Folder = folder, Limit = Limit };
        try
        {
            var result = await ChildProcess.RunAsync(start, TimeProvider.System, ct);
            return result.Succeeded ? result.Output : throw Failed(arguments, result);
        }
        catch (ProgramStartException e)
        {
            throw new DeployException(
                "KustomizeMissing", FaultCategory.ObjectNotFound, e.Message, "Install kustomize, and see that it is on the PATH.", e);
        }
        catch (TimeoutException)
        {
            throw new DeployException(
                "KustomizeTimedOut",
                FaultCategory.OperationTimeout,
                $"{Name} {arguments[0]} did not end within {Limit.TotalSeconds:0} s.",
                "Check whether the overlay refers to a remote resource.")
            {
                Subject = folder,
            };
        }
    }

    // What it complains of may quote a manifest.
    private DeployException Failed(IReadOnlyList<string> arguments, ProcessResult result)
    {
        var said = CredentialDetector.Recognize(result.LastError) is { } what
            ? $"(its message holds {what} and is not shown)"
            : result.LastError;
        return new DeployException(
            "KustomizeFailed",
            FaultCategory.InvalidData,
            $"{Path.GetFileName(Name)} {arguments[0]} ended with exit code {result.ExitCode}: {said}",
            "Correct the overlay: it has to build by itself.");
    }
}
