using System.Management.Automation;
using System.Reflection;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Microsoft's cmdlet development guidelines, where a machine can hold them.</summary>
public class CmdletTests
{
    private static readonly string[] Changing =
    [
        "New", "Watch", "Resume", "Backup", "Restore", "Remove", "Publish", "Update", "Invoke", "Undo", "Start", "Stop", "Send", "Export",
        "Complete", "Approve",
    ];

    [Fact]
    public void Every_cmdlet_keeps_the_guidelines()
    {
        using var session = HostedSession.WithModule();
        var verbs = session
            .Invoke("Get-Command -Module RsolvDeploy")
            .ThrowOnError().Output
            .Select(one => (CmdletInfo)one.BaseObject)
            .ToList();
        Assert.NotEmpty(verbs);
        foreach (var command in verbs)
        {
            Assert.True(command.ImplementingType.IsSealed, command.Name);
            Assert.Equal($"{command.Verb}{command.Noun}Command", command.ImplementingType.Name);
            Assert.StartsWith("Rsolv", command.Noun, StringComparison.Ordinal);
            Assert.NotEmpty(command.OutputType);
            // A watch of a rollout only reads; the watch of a deployment may roll back.
            var changes = Changing.Contains(command.Verb) && command.Name != "Watch-RsolvRollout";
            Assert.Equal(changes, command.Parameters.ContainsKey("WhatIf"));
            var own = command.Parameters.Values
                .Where(parameter => command.ImplementingType.GetProperty(parameter.Name) is not null)
                .ToList();
            Assert.DoesNotContain(own, parameter => parameter.ParameterType == typeof(bool));
        }
    }

    [Fact]
    public void Every_cmdlet_has_help_with_two_examples()
    {
        using var session = HostedSession.WithModule();
        foreach (var name in session.Invoke("(Get-Module RsolvDeploy).ExportedCmdlets.Keys").Output)
        {
            var help = session.Invoke("Get-Help -Name $args[0] -Full", name.ToString()).ThrowOnError().Output.Single();
            Assert.False(string.IsNullOrWhiteSpace(help.Text("Synopsis")), $"{name} has no synopsis");
            Assert.True(help.Items("description").Count > 0, $"{name} has no description");
            Assert.True(help.Items("examples.example").Count >= 2, $"{name} has too few examples");
            Assert.All(help.Items("parameters.parameter"), parameter => Assert.NotEmpty(parameter.Items("description")));
            var command = (CmdletInfo)session.Invoke("Get-Command $args[0]", name.ToString()).Output.Single().BaseObject;
            Assert.Equal(
                command.Parameters.Keys.Except(Cmdlet.CommonParameters).Order(StringComparer.Ordinal),
                help.Items("parameters.parameter").Select(parameter => parameter.Text("name")).Order(StringComparer.Ordinal));
            var piped = command.ParameterSets.SelectMany(set => set.Parameters).Where(one => one.ValueFromPipeline)
                .Select(one => one.ParameterType.FullName).Distinct().DefaultIfEmpty("None");
            Assert.Equal(
                piped,
                help.Items("inputTypes.inputType").Select(input => input.Text("type.name")));
            Assert.NotEmpty(help.Items("returnValues.returnValue"));
            Assert.NotEmpty(help.Items("alertSet.alert"));
            Assert.StartsWith(
                "https://", command.ImplementingType.GetCustomAttribute<CmdletAttribute>()!.HelpUri, StringComparison.Ordinal);
            Assert.StartsWith("https://", help.Items("relatedLinks.navigationLink")[0].Text("uri"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_about_topic_is_found()
    {
        using var session = HostedSession.WithModule();
        var help = session.Invoke("Get-Help -Name about_RsolvDeploy").ThrowOnError();
        Assert.Contains("Every item of the deployment checklist", string.Join('\n', help.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_about_topic_is_found_and_named_by_its_file()
    {
        using var session = HostedSession.WithModule();
        var topics = Directory.GetFiles(Path.Combine(Clone.Root, "docs", "en-US"), "about_*.help.txt").Select(Path.GetFileName).ToList();
        Assert.True(topics.Count > 5);
        foreach (var topic in topics.Select(file => file!.Split('.')[0]))
        {
            var help = string.Join('\n', session.Invoke("Get-Help -Name $args[0]", topic).ThrowOnError().Output);
            Assert.StartsWith($"TOPIC\n    {topic}\n", help.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
            // A topic is shown as it is written.
            Assert.All(help.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, $"{topic} in 80 columns: {line}"));
        }
    }

    [Fact]
    public void The_changelog_has_a_heading_for_the_version()
    {
        using var session = HostedSession.WithModule();
        var version = session.Invoke("(Get-Module RsolvDeploy).Version.ToString()").Output.Single().ToString();
        Assert.Contains($"## [{version}] - ", File.ReadAllText(Path.Combine(Clone.Root, "CHANGELOG.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_lists_every_cmdlet()
    {
        using var session = HostedSession.WithModule();
        var readme = File.ReadAllText(Path.Combine(Clone.Root, "README.md"));
        foreach (var name in session.Invoke("(Get-Module RsolvDeploy).ExportedCmdlets.Keys").Output)
            Assert.Contains($"| `{name}`", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_targets_are_completed()
    {
        using var session = HostedSession.WithModule();
        var line = $"Update-RsolvDeployment -ConfigurationPath '{Path.Combine(Clone.Root, "examples", "rsolv.yaml")}' -Target p";
        var completed = session.Invoke(
            "[System.Management.Automation.CommandCompletion]::CompleteInput($args[0], $args[0].Length, "
                + "$null).CompletionMatches.CompletionText",
            line).ThrowOnError();
        Assert.Equal(["production"], completed.Output.Select(match => match.ToString()));
    }
}
