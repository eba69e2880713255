using System.Management.Automation;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>A service that another server takes the place of, and the command that talks to it, in a session of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Factor">How much faster than the system's the clock of the session runs.</param>
/// <param name="Script">The command; it has the targets as <c>$target</c> and <c>$staging</c>.</param>
/// <param name="Folder">The folder of the sandbox.</param>
/// <param name="Edit">The configuration with an address in the place of the service.</param>
internal sealed record HostileService(string Name, int Factor, string Script, string Folder, Func<Uri, string> Edit) : IDisposable
{
    // The text of a result is what its checks and its problem say.
    private const string Describe = """
        function Describe($result) {
            foreach ($check in $result.Checks) { "$($check.Id) $($check.Status): $($check.Evidence)" }
            "$($result.Status) $($result.Problem) $($result.Destination)"
        }

        """;

    private readonly HostedSession _session = Create(Factor);
    private int _number;

    /// <summary>How reports name it; null for by its address. The address of a hook is a secret.</summary>
    public string? Alias { get; init; }

    /// <summary>Runs the command, and returns all that it reports.</summary>
    /// <param name="address">The address of the service.</param>
    public string Run(Uri address)
    {
        var path = Path.Combine(Folder, $"{Name.Replace(' ', '-')}-{_number++}.yaml");
        File.WriteAllText(path, Edit(address));
        var outcome = _session.Invoke(
            Describe + "$target = Get-RsolvTarget production -ConfigurationPath $args[0]; "
                + "$staging = Get-RsolvTarget staging -ConfigurationPath $args[0]; "
                + $"foreach ($result in $({Script})) {{ Describe $result }}",
            path);
        Assert.Null(outcome.Ended);
        Assert.All(outcome.Errors, AssertClear);
        return string.Join('\n', [.. outcome.Output.Select(line => line.ToString()), .. outcome.Warnings,
            .. outcome.Errors.Select(error => error.ToString())]);
    }

    public void Dispose() => _session.Dispose();

    private static HostedSession Create(int factor)
    {
        var session = HostedSession.WithModule();
        session.Invoke("(Get-Module RsolvDeploy).PrivateData['RsolvDeploy.Clock'] = $args[0]", new FastTime(factor)).ThrowOnError();
        return session;
    }

    private static void AssertClear(ErrorRecord error)
    {
        Assert.DoesNotContain("Unexpected", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails.RecommendedAction));
    }
}
