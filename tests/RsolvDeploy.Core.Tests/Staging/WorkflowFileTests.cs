using RsolvDeploy.Configuration;
using RsolvDeploy.Staging;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>The generated workflow file.</summary>
public sealed class WorkflowFileTests
{
    private static readonly Target Staging =
        ConfigurationFile.Load(Path.Combine(Repository.Root, "examples", "rsolv.yaml")).GetTarget("staging");

    [Fact]
    public void The_example_generates_the_workflow_of_the_checklist()
    {
        var file = WorkflowFile.Generate(Staging, Staging.GitHub!)!;
        var root = Parse(file);
        var job = root["jobs"]["rsolv"];
        var with = job["steps"][1]["with"];
        Assert.StartsWith("actions/checkout@", job["steps"][0]["uses"].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("RSOLV-dev/rsolv-action@", job["steps"][1]["uses"].ToString(), StringComparison.Ordinal);
        Assert.Equal("${{ secrets.STAGING_API_KEY }}", with["rsolvApiKey"].ToString());
        Assert.Equal(
            ["https://rsolv-staging.com", "full", "true", "10", "1"],
            ((string[])["api_url", "mode", "executable_tests", "claude_max_turns", "max_issues"]).Select(name => with[name].ToString()));
        Assert.Contains("workflow_dispatch", ((YamlMappingNode)root["on"]).Children.Keys.Select(key => key.ToString()));
        Assert.Contains("${{ inputs.rsolv_run }}", root["run-name"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_cannot_leave_their_line()
    {
        var settings = Staging.GitHub! with
        {
            Generated = new WorkflowSettings("a/b@v1") { With = new Dictionary<string, string> { ["x"] = "\"\n  evil: yes # ${{ 1 }}" } },
        };
        var with = Parse(WorkflowFile.Generate(Staging, settings)!)["jobs"]["rsolv"]["steps"][1]["with"];
        Assert.Equal("\"\n  evil: yes # ${{ 1 }}", with["x"].ToString());
    }

    [Fact]
    public void Line_ends_and_spaces_at_the_end_make_no_difference()
    {
        Assert.Null(WorkflowFile.Difference("a: 1\nb: 2\n", "\ufeffa: 1  \r\nb: 2\r\n\r\n"));
        Assert.Equal("line 2 is 'b: 3', generated 'b: 2'", WorkflowFile.Difference("a: 1\nb: 2\n", "a: 1\nb: 3\n"));
        Assert.Equal("line 2 is 'missing', generated 'b: 2'", WorkflowFile.Difference("a: 1\nb: 2\n", "a: 1\n"));
    }

    private static YamlNode Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return yaml.Documents[0].RootNode;
    }
}
