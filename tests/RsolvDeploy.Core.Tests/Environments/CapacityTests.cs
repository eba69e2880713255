using System.Text.Json.Nodes;
using RsolvDeploy.Environments;

namespace RsolvDeploy.Core.Tests.Environments;

/// <summary>How many pods a rollout adds for a while.</summary>
public class CapacityTests
{
    [Theory]
    [InlineData("""{"spec":{}}""", 1)]
    [InlineData("""{"spec":{"replicas":4}}""", 1)]
    [InlineData("""{"spec":{"replicas":5}}""", 2)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"rollingUpdate":{"maxSurge":3}}}}""", 3)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"rollingUpdate":{"maxSurge":"100%"}}}}""", 4)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"rollingUpdate":{"maxSurge":0}}}}""", 0)]
    [InlineData("""{"spec":{"replicas":4,"strategy":{"type":"Recreate"}}}""", 0)]
    [InlineData("""{"spec":{"replicas":0}}""", 0)]
    public void Surge_is_what_the_strategy_says(string deployment, int surge) => Assert.Equal(surge, Capacity.Surge(JsonNode.Parse(deployment)!.AsObject()));
}
