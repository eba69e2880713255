using RsolvDeploy.Scenarios.Oracle;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>The rollouts of the oracle on a real cluster, whose kubelets take their own times.</summary>
public class OracleTests
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Ends = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Kubectl_and_RsolvDeploy_call_the_same_rollouts_good()
    {
        var kubeconfig = RealCluster.Kubeconfig;
        var target = new Target
        {
            Name = "real",
            ConfigurationPath = kubeconfig,
            Kubeconfig = kubeconfig,
            Namespace = "default",
            Deployment = RolloutCaseManifest.App,
            Environment = "test",
        };
        var on = new OracleCluster(target, RealCluster.Image("GOOD"), RealCluster.Image("GOOD2"), RunsPrograms: true);
        await RolloutOracle.AssertAgreementAsync(
            on,
            Enumerable.Range(RolloutOracle.Seed(1), RolloutOracle.Count(20)).Select(seed => Real(RolloutCaseGenerator.Create(seed))),
            atOnce: 5,
            TestContext.Current.CancellationToken);
    }

    // A registry cannot be made to fail here, an update sets the image alone, and the first back-off takes 10 s.
    private static RolloutCase Real(RolloutCase one)
    {
        var real = one with
        {
            IsUpdate = false,
            New = one.New with { PullErrors = 0, Crashes = one.New.Crashes >= 100 ? one.New.Crashes : Math.Min(2, one.New.Crashes) },
        };
        return real with { Limit = real.NeverReady || real.Interference == Interference.Pause ? Never : Ends };
    }
}
