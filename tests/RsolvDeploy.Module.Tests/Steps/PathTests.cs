using System.Collections;
using System.Management.Automation;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Paths that the operator specifies: resolved on the pipeline thread, with wildcards or literal.</summary>
public sealed class PathTests(SharedSession shared) : SandboxedTest(shared), IClassFixture<SharedSession>
{
    private static readonly string[] Endings = ["Path", "File", "Folder"];

    // The session state throws when another thread asks for it, so a command that resolves a path too late writes this error.
    [Fact]
    public void Every_path_of_every_command_is_resolved_on_the_pipeline_thread()
    {
        var commands = Run("(Get-Module RsolvDeploy).ExportedCmdlets.Values").Output.Select(one => (CmdletInfo)one.BaseObject).ToList();
        var walked = 0;
        foreach (var command in commands)
        {
            foreach (var parameter in command.Parameters.Keys.Where(IsPath).Order(StringComparer.Ordinal))
            {
                var outcome = Session.Invoke("$all = $args[1]; & $args[0] @all", command, Arguments(command, parameter));
                Assert.All(
                    outcome.Errors.Append(outcome.Ended).OfType<ErrorRecord>(),
                    error => Assert.DoesNotContain("Only the pipeline thread", error.Exception.Message, StringComparison.Ordinal));
                walked++;
            }
        }

        Assert.True(walked > 50, $"{walked} paths");
    }

    [Fact]
    public void A_path_that_matches_nothing_does_not_stop_the_others()
    {
        var outcome = Run(
            "$b = (Backup-RsolvState $target).Path; "
                + "Compare-RsolvState $target -Path ($folder + '/nothing*'), 'Env:/PATH', $b -IncludeEqual; "
                + "Compare-RsolvState $target -LiteralPath 'Env:/PATH', $b -IncludeEqual");
        Assert.Equal(
            ["BackupNotFound", "PathNotInFileSystem", "PathNotInFileSystem"],
            outcome.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(6, outcome.Output.Count);
    }

    [Fact]
    public void A_backup_that_cannot_be_read_does_not_stop_the_others()
    {
        var outcome = Run("$b = (Backup-RsolvState $target).Path; Compare-RsolvState -Path $folder, $b -IncludeEqual "
            + "-ConfigurationPath $target.ConfigurationPath");
        Assert.Single(outcome.Errors);
        Assert.Equal(3, outcome.Output.Count);
    }

    [Fact]
    public void Wildcards_match_folders_of_backups_alone_and_a_name_with_brackets_is_itself()
    {
        var root = Directory.CreateDirectory(Path.Combine(Sandbox.Folder, "named [1]")).FullName;
        var backup = Run("Backup-RsolvState $target").ThrowOnError().Output.Single().Text("Path");
        Directory.Move(backup, Path.Combine(root, "kept [2]"));
        File.WriteAllText(Path.Combine(root, "kept.txt"), "");
        foreach (var path in new[] { "$r + '/kept [2]'", "$r + '/kept*'", "[WildcardPattern]::Escape($r) + '/k*'",
            "[WildcardPattern]::Escape($r + '/kept [2]')", "$folder + '/named*/kept*'" })
        {
            var outcome = Run($"$r = $folder + '/named [1]'; Compare-RsolvState $target -Path ({path}) -IncludeEqual");
            if (path == "$r + '/kept*'") outcome.ThrowOnErrorBut("BackupNotFound"); // [1] is a wildcard of that path
            else Assert.Equal(3, outcome.ThrowOnError().Output.Count);
        }
    }

    private static bool IsPath(string parameter) =>
        parameter is "Destination" or "Kubeconfig" or "FromBackup" || Endings.Any(end => parameter.EndsWith(end, StringComparison.Ordinal));

    // The path itself and what the command needs besides; every value is a file that is not there.
    private Hashtable Arguments(CmdletInfo command, string path)
    {
        var set = command.ParameterSets.First(one => one.Parameters.Any(parameter => parameter.Name == path));
        var needed = command.ImplementingType.GetProperty(path)!.GetCustomAttributesData()
            .FirstOrDefault(one => one.AttributeType.Name == "EffectiveWithAttribute")?.ConstructorArguments[0].Value as string;
        var all = new Hashtable();
        foreach (var parameter in set.Parameters.Where(one => one.IsMandatory || one.Name == path || one.Name == needed))
            all[parameter.Name] = Value(parameter);
        if (command.Parameters.ContainsKey("Target")) all["Target"] = "production";
        if (command.Parameters.ContainsKey("ConfigurationPath") && path != "ConfigurationPath")
            all["ConfigurationPath"] = Sandbox.ConfigurationPath;
        if (command.Parameters.ContainsKey("WhatIf")) all["WhatIf"] = true;
        return all;
    }

    private object Value(CommandParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
        var type when type == typeof(SwitchParameter) => true,
        var type when type == typeof(string) || type == typeof(string[]) => Text(parameter.Name),
        var type when type == typeof(PSObject) => "20200101-000000-abcdef",
        var type when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
        var type when Nullable.GetUnderlyingType(type) is not null => 1,
        _ => "production",
    };

    private string Text(string name) => IsPath(name)
        ? Path.Combine(Sandbox.Folder, "not-there")
        : name is "TargetName" or "Namespace" or "From" ? "production" : "20200101-000000-abcdef";
}
