using System.Text.Json.Nodes;
using RsolvDeploy.TestData;

namespace RsolvDeploy.Core.Tests.TestData;

/// <summary>The records are made from the templates and show their run.</summary>
public sealed class TestDataPlanTests
{
    private const string RunId = "20261124-080000-abcdef";

    private static readonly Uri Address = new("https://rsolv.dev/api/v1/phases/store");
    private static readonly TestDataSettings Settings =
        new("/api/v1/phases/store", "x-api-key", new SecretKeyReference("rsolv-secrets", "DEMO_API_KEY"), "RSOLV-dev/test-repo", 999);

    [Fact]
    public void The_defaults_are_the_payloads_of_the_checklist()
    {
        var plan = TestDataPlan.Create(Address, Settings, RunId);

        Assert.Equal(["validation", "mitigation"], plan.Records.Select(planned => planned.Record.Phase));
        JsonNode validation = JsonNode.Parse(plan.Records[0].Record.Body)!;
        Assert.Equal(["phase", "repo", "issue_number", "commit_sha", "data"], validation.AsObject().Select(entry => entry.Key));
        Assert.Equal(
            ["validated", "language", "framework", "tests_generated", "tests_passed", "tests_failed"],
            validation["data"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal(
            ["pr_url", "pr_number", "files_changed", "trust_score", "language", "framework"],
            JsonNode.Parse(plan.Records[1].Record.Body)!["data"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal((true, 999), ((bool)validation["data"]!["validated"]!, (int)validation["issue_number"]!));
    }

    [Fact]
    public void Every_record_shows_its_run()
    {
        var plan = TestDataPlan.Create(Address, Settings, RunId);

        Assert.Equal("20261124080000abcdef00000000000000000000", plan.Commit);
        Assert.All(plan.Records, planned => Assert.Equal(plan.Commit, (string?)JsonNode.Parse(planned.Record.Body)!["commit_sha"]));
        Assert.Equal([$"{RunId}-validation", $"{RunId}-mitigation"], plan.Records.Select(planned => planned.IdempotencyKey));
        Assert.Equal(
            $"https://github.com/RSOLV-dev/test-repo/pull/1?run={RunId}",
            (string?)JsonNode.Parse(plan.Records[1].Record.Body)!["data"]!["pr_url"]);
    }

    [Fact]
    public void A_template_fills_in_its_placeholders_and_keeps_its_types()
    {
        var settings = Settings with
        {
            Validation = new Dictionary<string, object>
            {
                ["note"] = "{repo}#{issue} at {commit} by {run}",
                ["score"] = 0.5,
                ["count"] = 7L,
                ["done"] = false,
            },
        };

        JsonNode data = JsonNode.Parse(TestDataPlan.Create(Address, settings, RunId).Records[0].Record.Body)!["data"]!;

        Assert.Equal(
            """{"note":"RSOLV-dev/test-repo#999 at 20261124080000abcdef00000000000000000000 by 20261124-080000-abcdef","score":0.5,"count":7,"done":false}""",
            data.ToJsonString());
    }

    [Fact]
    public void A_run_id_of_another_form_gives_a_commit_too() =>
        Assert.Matches("^[0-9a-f]{40}$", TestDataPlan.Create(Address, Settings, "somebody's run").Commit);
}
