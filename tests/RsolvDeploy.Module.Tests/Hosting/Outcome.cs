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
    /// <summary>The script wrote this one error, and nothing else went wrong.</summary>
    public Outcome ThrowOnErrorBut(string id)
    {
        Assert.True(Ended is null, $"The script ended with: {Ended}");
        Assert.StartsWith(id + ",", Assert.Single(Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        return this;
    }

    public Outcome ThrowOnError()
    {
        Assert.True(Ended is null, $"The script ended with: {Ended}\n{Ended?.Exception.StackTrace}");
        Assert.True(Errors.Count == 0, $"The script wrote: {string.Join("; ", Errors)}");
        return this;
    }
}
