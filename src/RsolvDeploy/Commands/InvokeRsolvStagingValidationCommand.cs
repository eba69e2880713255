using System.Collections;
using System.Globalization;
using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Validates staging by the real workflow on GitHub Actions, or records why the validation is skipped.</summary>
/// <remarks>
/// Option A: the command sets the repository secret, sealed with the public key of the repository, dispatches the configured workflow,
/// follows its run with progress by job and step, and shows each phase from what the run left: jobs, steps, log, artifacts, the validation
/// branch and the pull request. A failed run names the job and the step, with the end of its log in the property Workflow. The image that
/// staging runs is recorded as validated in its history. Option B: -Skip records who skips the validation and why; every other check is
/// skipped with the reason, and the configuration can forbid it. The property Summary shows what is known, what is not verified, the risks,
/// and the recommendation. The token is that of -Credential, the configured environment variable, GH_TOKEN or GITHUB_TOKEN (of an
/// Enterprise Server GH_ENTERPRISE_TOKEN), or the one that gh auth token prints.
/// </remarks>
/// <example>
/// <code>Invoke-RsolvStagingValidation staging -WorkflowUpdate PullRequest</code>
/// <para>Validates staging. Where the workflow file is missing or differs from the configuration, a pull request with it is opened.</para>
/// </example>
/// <example>
/// <code>Invoke-RsolvStagingValidation staging -RerunFailed | Select-Object -ExpandProperty Summary</code>
/// <para>Validates staging, repeats failed jobs once, and shows the summary with its recommendation.</para>
/// </example>
/// <example>
/// <code>Invoke-RsolvStagingValidation staging -Skip -Reason 'only documentation changed' -DecidedBy 'Ada Lovelace'</code>
/// <para>Records option B: the validation is skipped.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Invoke, "RsolvStagingValidation", HelpUri = OnlineHelp.Address, DefaultParameterSetName = ValidateSet,
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(StagingValidation))]
public sealed class InvokeRsolvStagingValidationCommand : StepCmdlet
{
    private const string ValidateSet = "Validate";
    private const string SkipSet = "Skip";

    /// <summary>Indicates option B: the validation is skipped.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SkipSet)]
    public SwitchParameter Skip { get; set; }

    /// <summary>Specifies the reason to skip the validation.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SkipSet)]
    [ValidateNotNullOrEmpty]
    [ValidatePattern(@"\S")]
    public string Reason { get; set; } = "";

    /// <summary>Specifies who decided to skip it. The default is the operator.</summary>
    [Parameter(ParameterSetName = SkipSet)]
    [ValidateNotNullOrEmpty]
    public string? DecidedBy { get; set; }

    /// <summary>Specifies the branch or tag to run the workflow at. The default is the configured one.</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    [ValidateNotNullOrEmpty]
    public string? Ref { get; set; }

    /// <summary>Specifies inputs of the workflow in addition to the configured ones.</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    [ValidateNotNull]
    public Hashtable Inputs { get; set; } = [];

    /// <summary>Specifies how a missing or different workflow file is written: None, PullRequest or Commit.</summary>
    // A text: a field of a value type of the core would load the core before its load context is attached.
    [Parameter(ParameterSetName = ValidateSet)]
    [ValidateSet("None", "PullRequest", "Commit")]
    public string WorkflowUpdate { get; set; } = "None";

    /// <summary>Specifies a run that was dispatched already. By default a run is dispatched.</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    [ValidateRange(1, long.MaxValue)]
    public long? WorkflowRunId { get; set; }

    /// <summary>Indicates that the failed jobs of a run are repeated once.</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    public SwitchParameter RerunFailed { get; set; }

    /// <summary>Indicates that the run is cancelled when this command is stopped (Ctrl+C). By default it continues on GitHub.</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    public SwitchParameter CancelOnStop { get; set; }

    /// <summary>Specifies the time limit of the run. The default is the configured time (45 minutes).</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    [Duration]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Specifies the token, as the password of a credential; its user name is ignored. It is not recorded.</summary>
    [Parameter(ParameterSetName = ValidateSet)]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(new StagingStep(), new StagingOptions
    {
        SkipReason = Skip ? Reason : null,
        DecidedBy = DecidedBy,
        Ref = Ref,
        Inputs = Inputs.Keys.Cast<object>().ToDictionary(Text, name => Text(Inputs[name])),
        WorkflowUpdate = Enum.Parse<WorkflowUpdate>(WorkflowUpdate, ignoreCase: true),
        WorkflowRunId = WorkflowRunId,
        RerunFailed = RerunFailed,
        CancelOnStop = CancelOnStop,
        Timeout = Timeout,
        Credential = Credential?.Password,
    });

    private static string Text(object? value) => value switch
    {
        PSObject { BaseObject: var inner } when inner is not PSObject => Text(inner),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
