using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A target that refers to itself is an error, not the end of the process.</summary>
public sealed class SelfReferenceTests
{
    [Fact]
    public void A_target_that_refers_to_itself_is_refused()
    {
        using var session = HostedSession.WithModule();
        var outcome = session.Invoke(
            "$one = [pscustomobject]@{}; $one | Add-Member Target $one; try { Get-RsolvHistory -Target $one } catch { \"$_\" }");
        Assert.Contains("A target is a name", outcome.Output.Single().ToString(), StringComparison.Ordinal);
    }
}
