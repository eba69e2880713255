using System.Management.Automation;
using System.Reflection;
using System.Security;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Microsoft's cmdlet development guidelines, held against every cmdlet by reflection. docs/conventions.md lists them.</summary>
public class GuidelineTests
{
    // The operator's own name for the verification, from the checklist of the platform.
    private static readonly string[] PluralNouns = ["RsolvMetrics"];

    // The inputs of a workflow, as GitHub names them, and a number of samples, as the configuration does.
    private static readonly string[] PluralParameters = ["Days", "Inputs", "Samples"];

    private static readonly string[] Reserved =
        ["SelectProperty", "SelectObject", .. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters];

    private static readonly string[] Synonyms =
    [
        "FileName", "FilePath", "Folder", "Directory", "LiteralName", "Object", "Cred", "User", "Password", "NoConfirm",
        "Overwrite", "Quiet",
    ];

    private static readonly string[] ChangesProduction =
    [
        "Update-RsolvDeployment", "Undo-RsolvDeployment", "Restore-RsolvState", "Invoke-RsolvMigration", "Watch-RsolvDeployment",
        "Resume-RsolvDeployment",
    ];

    private static readonly string[] Questions = ["ShouldContinue(", "PromptForChoice(", "ReadLine(", ".Prompt("];

    private static readonly string[] ReplacesFiles = ["New-RsolvConfiguration", "Export-RsolvReport"];

    private static readonly string[] OnlyReads = ["Get", "Test", "Compare", "Measure", "Find", "Select"];

    [Fact]
    public void A_verb_is_an_approved_one() =>
        AssertNone(command => !Verbs().Contains(command.Verb), command => command.Name);

    // The method of the base class tells the redactor of the session what the connection reads.
    [Fact]
    public void A_cmdlet_connects_by_its_base_class() => Offenders.AssertNone(
        SourceFiles.Below("src/RsolvDeploy/Commands")
            .Where(file => File.ReadAllText(file.Path).Contains("ClusterClient.Connect(", StringComparison.Ordinal))
            .Select(file => file.Name));

    [Fact]
    public void A_noun_is_singular_and_has_the_prefix() => AssertNone(
        command => !command.Noun.StartsWith("Rsolv", StringComparison.Ordinal) || !char.IsUpper(command.Noun[5])
            || (command.Noun.EndsWith('s') && !PluralNouns.Contains(command.Noun)),
        command => command.Name);

    [Fact]
    public void A_cmdlet_is_one_sealed_class_in_a_file_of_its_name() => AssertNone(
        command => !command.ImplementingType.IsSealed
            || command.ImplementingType.Name != $"{command.Verb}{command.Noun}Command"
            || !File.Exists(Path.Combine(Clone.Root, "src", "RsolvDeploy", "Commands", $"{command.ImplementingType.Name}.cs")),
        command => command.Name);

    [Fact]
    public void No_parameter_has_a_reserved_name_or_another_name_for_a_standard_one() => AssertNone(
        command => Own(command).Where(one => Reserved.Contains(one.Name) || Synonyms.Contains(one.Name)), one => one.Name);

    [Fact]
    public void A_switch_is_no_bool_and_off_by_default() => AssertNone(
        command => Own(command).Where(one => one.PropertyType == typeof(bool)
            || (one.PropertyType == typeof(SwitchParameter) && ((SwitchParameter)one.GetValue(Create(command))!).IsPresent)),
        one => one.Name);

    [Fact]
    public void A_parameter_has_a_singular_name() => AssertNone(
        command => Own(command).Where(one => one.Name.EndsWith('s') && !one.Name.EndsWith("ss", StringComparison.Ordinal)
            && !PluralParameters.Contains(one.Name)),
        one => one.Name);

    [Fact]
    public void A_text_is_validated_and_a_secret_is_no_text() => AssertNone(
        command => Own(command).Where(one => IsText(one.PropertyType)
            && (one.Name.Contains("Passphrase", StringComparison.Ordinal) || one.Name.EndsWith("Token", StringComparison.Ordinal)
                || !one.GetCustomAttributes<ValidateArgumentsAttribute>().Any() && !AllowsEmpty(one))),
        one => one.Name);

    [Fact]
    public void A_passphrase_is_a_secure_string() => AssertNone(
        command => Own(command)
            .Where(one => one.Name.Contains("Passphrase", StringComparison.Ordinal) && one.PropertyType != typeof(SecureString)),
        one => one.Name);

    [Fact]
    public void At_most_three_positions_in_a_set_and_each_once() => AssertNone(
        command => command.ParameterSets
            .Where(set => set.Parameters.Select(one => one.Position).Where(position => position >= 0).ToList() is var positions
                && (positions.Count > 3 || positions.Distinct().Count() != positions.Count)),
        set => set.Name);

    [Fact]
    public void Several_parameter_sets_have_a_default() => AssertNone(
        command => command.ParameterSets.Count > 1 && !command.ParameterSets.Any(set => set.IsDefault), command => command.Name);

    [Fact]
    public void At_most_one_parameter_of_a_set_takes_the_pipeline() => AssertNone(
        command => command.ParameterSets.Where(set => set.Parameters.Count(one => one.ValueFromPipeline) > 1), set => set.Name);

    [Fact]
    public void A_path_takes_wildcards_and_a_literal_path_binds_PSPath() => AssertNone(
        command => command.Parameters.ContainsKey("LiteralPath")
            && !(command.Parameters["LiteralPath"].Aliases.Contains("PSPath")
                && command.Parameters["Path"].Attributes.OfType<SupportsWildcardsAttribute>().Any()),
        command => command.Name);

    [Fact]
    public void A_time_is_written_as_5m_too() => AssertNone(
        command => Own(command).Where(one => (Nullable.GetUnderlyingType(one.PropertyType) ?? one.PropertyType) == typeof(TimeSpan)
            && one.GetCustomAttributes().All(attribute => attribute.GetType().Name != "DurationAttribute")),
        one => one.Name);

    [Fact]
    public void A_cmdlet_that_acts_on_targets_takes_several_from_the_pipeline() => AssertNone(
        command => command.Parameters.TryGetValue("Target", out var target)
            && !(target.ParameterType.IsArray && target.ParameterSets.Values.All(set => set.ValueFromPipeline)),
        command => command.Name);

    [Fact]
    public void A_cmdlet_declares_what_it_outputs() => AssertNone(command => command.OutputType.Count == 0, command => command.Name);

    [Fact]
    public void A_cmdlet_that_only_reads_has_no_WhatIf() => AssertNone(
        command => OnlyReads.Contains(command.Verb) && command.Parameters.ContainsKey("WhatIf"), command => command.Name);

    [Fact]
    public void A_change_of_production_asks_by_default() => AssertNone(
        command => ChangesProduction.Contains(command.Name) && Attribute(command).ConfirmImpact != ConfirmImpact.High,
        command => command.Name);

    [Fact]
    public void Nothing_writes_to_the_console() => Offenders.AssertNone(
        SourceFiles.Below("src/RsolvDeploy.Core").Concat(SourceFiles.Below("src/RsolvDeploy"))
            .Where(file => File.ReadAllText(file.Path).Contains("Console.", StringComparison.Ordinal))
            .Select(file => file.Name));

    // A decision between continuing, stopping and rolling back has no answer that -Force could give (decision 082).
    [Fact]
    public void A_command_asks_by_itself_only_for_decisions_and_NonInteractive_answers_them()
    {
        var asking = SourceFiles.Below("src/RsolvDeploy").Select(file => (file.Name, Text: File.ReadAllText(file.Path))).ToList();
        Assert.Equal(
            ["src/RsolvDeploy/Pipeline/PromptedDecisions.cs"],
            asking.Where(file => Questions.Any(one => file.Text.Contains(one, StringComparison.Ordinal))).Select(file => file.Name));
        var deciding = asking.Where(file => file.Text.Contains("new PromptedDecisions(", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, deciding.Count);
        Assert.All(deciding, file => Assert.Contains(
            "NonInteractive ? ConfiguredDecisions.Instance : new PromptedDecisions(this)", file.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Force_replaces_a_file_and_skips_no_question() => AssertNone(
        command => command.Parameters.ContainsKey("Force") != ReplacesFiles.Contains(command.Name), command => command.Name);

    [Fact]
    public void Rules_about_parameters_name_parameters_that_exist() => AssertNone(
        command => Own(command).Where(one => one.GetCustomAttributes()
            .Where(attribute => attribute.GetType().Name is "EffectiveWithAttribute" or "ExcludesAttribute")
            .Any(rule => !command.Parameters.ContainsKey((string)rule.GetType().GetProperty("Parameter")!.GetValue(rule)!))),
        one => one.Name);

    private static void AssertNone(Func<CmdletInfo, bool> isWrong, Func<CmdletInfo, string> show) =>
        AssertNone(command => isWrong(command) ? [command] : [], (CmdletInfo command) => show(command));

    private static void AssertNone<T>(Func<CmdletInfo, IEnumerable<T>> find, Func<T, string> show)
    {
        using var session = HostedSession.WithModule();
        var commands = session.Invoke("Get-Command -Module RsolvDeploy").ThrowOnError().Output
            .Select(one => (CmdletInfo)one.BaseObject)
            .ToList();
        Assert.NotEmpty(commands);
        Offenders.AssertNone(commands.SelectMany(command => find(command).Select(one => $"{command.Name}: {show(one)}")));
    }

    private static IEnumerable<PropertyInfo> Own(CmdletInfo command) =>
        command.ImplementingType.GetProperties().Where(one => one.GetCustomAttributes<ParameterAttribute>().Any());

    private static object Create(CmdletInfo command) => Activator.CreateInstance(command.ImplementingType)!;

    private static CmdletAttribute Attribute(CmdletInfo command) => command.ImplementingType.GetCustomAttribute<CmdletAttribute>()!;

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);

    // A text that only the pipeline binds may be empty.
    private static bool AllowsEmpty(PropertyInfo one) =>
        one.GetCustomAttributes<ParameterAttribute>().All(parameter => parameter.ValueFromPipelineByPropertyName);

    private static HashSet<string> Verbs() =>
    [
        .. new[]
        {
            typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle),
            typeof(VerbsOther), typeof(VerbsSecurity),
        }.SelectMany(type => type.GetFields()).Select(field => (string)field.GetValue(null)!),
    ];
}
