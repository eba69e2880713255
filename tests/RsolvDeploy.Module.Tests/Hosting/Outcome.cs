using System.Management.Automation;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>What a script put on its streams.</summary>
internal sealed record Outcome(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    ErrorRecord? Ended,
    bool Stopped,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Information,
    IReadOnlyList<ProgressRecord> Progress)
{
    public Outcome ThrowOnError()
    {
        Assert.True(Ended is null, $"The script ended with: {Ended}\n{Ended?.Exception.StackTrace}");
        Assert.True(Errors.Count == 0, $"The script wrote: {string.Join("; ", Errors)}");
        return this;
    }
}
