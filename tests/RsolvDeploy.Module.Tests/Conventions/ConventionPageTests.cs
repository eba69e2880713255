using System.Text;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>docs/conventions.md is made from this table, and each test in it exists. RSOLV_WRITE_DOCS=1 writes it anew.</summary>
public class ConventionPageTests
{
    private static readonly (string Point, string[] Tests)[] Points =
    [
        ("A verb is an approved one", ["GuidelineTests.A_verb_is_an_approved_one", "uses approved verbs"]),
        ("A noun is singular, in Pascal case, with the prefix Rsolv; RsolvMetrics is the name of the checklist",
            ["GuidelineTests.A_noun_is_singular_and_has_the_prefix"]),
        ("A cmdlet is one sealed class VerbNounCommand in a file",
            ["GuidelineTests.A_cmdlet_is_one_sealed_class_in_a_file_of_its_name"]),
        ("Aliases are declared and exported: there are none",
            [
                "ImportTests.Import_exports_exactly_what_the_manifest_lists",
                "ImportTests.The_manifest_lists_each_export_and_what_a_gallery_shows",
            ]),
        ("Parameters have the standard names",
            ["GuidelineTests.No_parameter_has_a_reserved_name_or_another_name_for_a_standard_one"]),
        ("No parameter has a reserved name",
            ["GuidelineTests.No_parameter_has_a_reserved_name_or_another_name_for_a_standard_one"]),
        ("A switch is a SwitchParameter, off by default", ["GuidelineTests.A_switch_is_no_bool_and_off_by_default"]),
        ("Names are singular, and arrays stand where many fit",
            [
                "GuidelineTests.A_parameter_has_a_singular_name",
                "GuidelineTests.A_cmdlet_that_acts_on_targets_takes_several_from_the_pipeline", "are named by arrays and wildcards",
            ]),
        ("Values are validated; secrets are SecureString or PSCredential",
            ["GuidelineTests.A_text_is_validated_and_a_secret_is_no_text", "GuidelineTests.A_passphrase_is_a_secure_string"]),
        ("At most three positions, each once in a set", ["GuidelineTests.At_most_three_positions_in_a_set_and_each_once"]),
        ("Several parameter sets have a default, and exclude each other",
            [
                "GuidelineTests.Several_parameter_sets_have_a_default", "is chosen by its mandatory parameters: <Command> <Set.Name>",
                "that exclude each other are refused: <_>",
            ]),
        ("Path takes wildcards, LiteralPath has the alias PSPath",
            ["GuidelineTests.A_path_takes_wildcards_and_a_literal_path_binds_PSPath", "take wildcards, and literal paths take none"]),
        ("At most one parameter of a set takes the pipeline", ["GuidelineTests.At_most_one_parameter_of_a_set_takes_the_pipeline"]),
        (
            "The output of a cmdlet binds to the next one",
            ["PipelineTests.Steps_bind_by_property_name", "binds the deployment of every result"]),
        ("Objects are streamed one by one", ["StreamingTests.The_first_result_comes_before_the_second_target_is_read"]),
        ("Select-Object -First 1 stops cleanly", ["stops cleanly behind Select-Object -First"]),
        ("OutputType is declared and true",
            [
                "GuidelineTests.A_cmdlet_declares_what_it_outputs", "is of the type that its command declares",
                "fits the published schema: <_>",
            ]),
        ("What changes state has ShouldProcess; Get and Test have not",
            ["CmdletTests.Every_cmdlet_keeps_the_guidelines", "GuidelineTests.A_cmdlet_that_only_reads_has_no_WhatIf"]),
        ("-WhatIf writes nothing, and names the target and the change",
            ["PreviewTests.A_preview_of_any_command_writes_nothing_and_names_what_it_would_change"]),
        ("A change of production has the impact High; -Force never skips ShouldProcess",
            ["GuidelineTests.A_change_of_production_asks_by_default", "PipelineTests.A_change_of_production_asks_and_No_changes_nothing",
                "GuidelineTests.Force_replaces_a_file_and_skips_no_question",
                "GuidelineTests.A_command_asks_by_itself_only_for_decisions_and_NonInteractive_answers_them",
                "ChecklistTests.A_question_that_cannot_be_asked_is_an_error_unless_all_was_confirmed_beforehand"]),
        ("-Confirm:$false works without an operator", ["deploys without a question with -Confirm:$false"]),
        ("An error has a stable id, a category, a target object and a recommended action",
            ["BadInputTests.Bad_input_gets_one_clear_error_and_changes_nothing", "throws with a stable id under -ErrorAction Stop"]),
        ("One bad item does not stop the rest; -ErrorAction Stop does",
            [
                "BadInputTests.One_bad_name_does_not_hide_the_others", "BadInputTests.Error_action_stop_ends_the_script",
                "that are named and are not there are errors, and do not stop the others",
            ]),
        ("Nothing writes to the console, and no text of others to the terminal",
            [
                "GuidelineTests.Nothing_writes_to_the_console",
                "HostileTextTests.Names_and_labels_of_alerts_are_visible_in_every_view",
                "HostileTextTests.What_stands_in_the_lock_the_deployment_and_its_pods_is_visible",
                "HostileTextTests.An_answer_of_a_credential_plugin_is_visible",
            ]),
        ("Progress changes at most five times a second, honors -ProgressAction and is completed",
            [
                "LiveViewTests.A_row_changes_at_most_five_times_a_second_and_its_end_is_always_shown",
                "PipelineTests.Progress_is_left_out_where_its_action_says_so", "PipelineTests.Every_activity_that_is_shown_is_completed",
            ]),
        ("Ctrl+C ends within two seconds", ["InterruptionTests.Ctrl_c_ends_a_step", "LookTests.Ctrl_c_ends_a_watch_within_two_seconds"]),
        ("Names are completed, cached or local, with quotes kept, and never throw",
            [
                "CompletionTests.Releases_and_pods_of_the_cluster_are_completed",
                "CompletionTests.What_cannot_be_asked_completes_nothing_and_does_not_fail",
                "CompletionTests.A_cluster_that_does_not_answer_is_not_waited_for",
                "CompletionTests.A_name_with_quotes_is_completed_to_a_text_that_means_it",
                "CompletionTests.A_name_that_would_write_to_the_terminal_is_not_offered",
                "CompletionTests.A_configuration_in_the_home_folder_is_read",
                "CmdletTests.Names_of_targets_are_completed", "completes the names of targets",
            ]),
        ("Every cmdlet has a synopsis, a description, all parameters and two examples",
            ["CmdletTests.Every_cmdlet_has_help_with_two_examples"]),
        ("about_RsolvDeploy and its topics are found, and their examples run",
            ["CmdletTests.Every_about_topic_is_found_and_named_by_its_file", "has examples that run"]),
        ("A format view for each type, at 80 columns, also deserialized",
            ["GoldenViewTests.Every_result_of_a_command_has_a_view_of_at_most_five_columns",
                "GoldenViewTests.Every_default_view_is_the_golden_one", "ViewTests.Every_step_is_a_table_of_80_columns",
                "is shown as the live one: <_>"]),
        ("The manifest exports explicitly",
            [
                "ImportTests.Import_exports_exactly_what_the_manifest_lists",
                "ImportTests.The_manifest_lists_each_export_and_what_a_gallery_shows",
            ]),
        (
            "The manifest has version, GUID, tags, licence, project and release notes",
            ["ImportTests.The_manifest_lists_each_export_and_what_a_gallery_shows"]),
        ("Test-ModuleManifest and PSScriptAnalyzer find nothing",
            ["has a manifest without faults", "has no finding of PSScriptAnalyzer in its scripts"]),
        ("Import loads the cmdlets alone, asks no network and writes nothing",
            ["ImportTests.Import_loads_only_the_cmdlets_into_the_default_context", "imports without a network, and writes nothing"]),
        ("Sessions share no state",
            ["StaticsTests.A_static_field_holds_nothing_that_can_be_changed", "ImportTests.Import_in_two_sessions_at_once_serves_both"]),
        ("The changelog has a heading for the version", ["CmdletTests.The_changelog_has_a_heading_for_the_version"]),
    ];

    [Fact]
    public void The_page_lists_every_point_with_its_tests()
    {
        var page = new StringBuilder(
            """
            # Conventions

            What people expect of a PowerShell module: Microsoft's required, strongly encouraged and advisory guidelines for cmdlets, and those
            of the PowerShell Gallery. Each point is held by tests that go over all cmdlets. A name with a class is a test of xUnit, most in
            `tests/RsolvDeploy.Module.Tests`; any other name is a test of Pester in `tests/Pester`.

            | # | point | held by |
            |---|---|---|

            """);
        for (var number = 1; number <= Points.Length; number++)
        {
            var (point, tests) = Points[number - 1];
            page.Append($"| {number} | {point} | {string.Join("<br>", tests.Select(test => $"`{test}`"))} |\n");
        }

        var path = Path.Combine(Clone.Root, "docs", "conventions.md");
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, page.ToString());
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == page.ToString(),
            "docs/conventions.md differs. Write it with RSOLV_WRITE_DOCS=1.");
        Assert.Equal(36, Points.Length);
    }

    // The tests of the core are in another assembly.
    private static bool IsOfCore(string test) => test.Split('.') is [var type, var method]
        && SourceFiles.Below("tests/RsolvDeploy.Core.Tests").Any(file => Path.GetFileName(file.Name) == $"{type}.cs"
            && File.ReadAllText(file.Path).Contains($"public void {method}(", StringComparison.Ordinal));

    [Fact]
    public void Every_test_on_the_page_exists()
    {
        var ours = typeof(ConventionPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(one => one.IsDefined(typeof(FactAttribute), true))
            .Select(one => $"{one.DeclaringType!.Name}.{one.Name}")
            .ToHashSet(StringComparer.Ordinal);
        var pester = string.Concat(Directory.GetFiles(Path.Combine(Clone.Root, "tests", "Pester"), "*.Tests.ps1").Select(File.ReadAllText));
        Offenders.AssertNone(Points.SelectMany(point => point.Tests)
            .Where(test => !ours.Contains(test) && !IsOfCore(test) && !pester.Contains($"It '{test}'", StringComparison.Ordinal)));
    }
}
