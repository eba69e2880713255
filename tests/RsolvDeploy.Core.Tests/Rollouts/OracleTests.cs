using RsolvDeploy.Configuration;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Scenarios.Oracle;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>
/// What <c>kubectl rollout status</c> calls good within the time limit, RsolvDeploy calls good, and nothing else. More rollouts are played
/// with <c>RSOLV_ORACLE_SEED=1000 RSOLV_ORACLE_COUNT=300</c>.
/// </summary>
public class OracleTests
{
    [Fact]
    public async Task Kubectl_and_RsolvDeploy_call_the_same_rollouts_good()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Tick = TimeSpan.FromMilliseconds(50), BackOff = TimeSpan.FromMilliseconds(600) }, ct);
        var repository = $"{sandbox.Services.RegistryHost}/{SandboxSeed.Repository}";
        var on = new OracleCluster(
            ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production") with { AlsoContainers = [] },
            $"{repository}@{sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "before", "healthy").Digest}",
            $"{repository}@{sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "after", "healthy").Digest}",
            RunsPrograms: false);
        var cases = Enumerable.Range(RolloutOracle.Seed(1), RolloutOracle.Count(30)).Select(RolloutCaseGenerator.Create);
        await RolloutOracle.AssertAgreementAsync(on, cases, atOnce: 10, ct);
    }
}
