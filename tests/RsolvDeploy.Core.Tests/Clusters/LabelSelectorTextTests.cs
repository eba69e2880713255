using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>Selectors of Deployments as the API reads them in a query.</summary>
public class LabelSelectorTextTests
{
    [Theory]
    [InlineData("""{ "matchLabels": { "app": "shop", "tier": "web" } }""", "app=shop,tier=web")]
    [InlineData("""{ "matchExpressions": [{ "key": "app", "operator": "In", "values": ["shop", "store"] }] }""", "app in (shop,store)")]
    [InlineData(
        """
        {
          "matchLabels": { "app": "shop" },
          "matchExpressions": [
            { "key": "track", "operator": "NotIn", "values": ["canary"] },
            { "key": "team", "operator": "Exists" },
            { "key": "old", "operator": "DoesNotExist" }
          ]
        }
        """,
        "app=shop,track notin (canary),team,!old")]
    public void Labels_and_expressions_are_written(string selector, string text)
    {
        var deployment = (JsonObject)JsonNode.Parse($$"""{ "spec": { "selector": {{selector}} } }""")!;

        Assert.Equal(text, LabelSelectorText.From(deployment.ReadAs<V1Deployment>().Spec.Selector));
    }
}
