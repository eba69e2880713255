using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Reporting.Lines;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Storage;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Commands;

/// <summary>Runs the whole deployment checklist, from the validation of staging to the sign-off.</summary>
/// <remarks>
/// The phases are those that the target configures: staging, environment, backup, publish, announcement, update, migration, health, test
/// data, verification, dashboard, smoke test, announcement, watch and sign-off. They run in order; a phase that does not succeed stops
/// the run. When the release was changed already, policy.onFailure of the target decides whether it is rolled back. What a person
/// decides, such as an environment that is ready with risks, is asked at the prompt; with -NonInteractive the configured answer is taken.
/// No deployment starts in a freeze window (policy.freeze) unless it is overridden by name and reason. -WhatIf previews every phase and
/// changes nothing. The run is confirmed once; the change of the image, the migrations, the test data and the sign-off are confirmed when
/// they are known. A run whose process died is continued by Resume-RsolvDeployment, which keeps the policy. The output is a summary: each
/// phase with its status and duration, the checks, and what to do next.
/// </remarks>
/// <example>
/// <code>Invoke-RsolvDeployment production -Phase rfc060-phase5 -Reason 'ticket 7'</code>
/// <para>Deploys to production, and asks before each change of the release.</para>
/// </example>
/// <example>
/// <code>Invoke-RsolvDeployment production -Phase rfc060-phase5 -Reason 'ticket 7' -WhatIf</code>
/// <para>Shows what every phase would do.</para>
/// </example>
/// <example>
/// <code>Invoke-RsolvDeployment production -Image production-latest -Reason 'nightly' -NonInteractive -Confirm:$false</code>
/// <para>Deploys an image of the registry in a pipeline of a CI system.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Invoke, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = BuildSet)]
[OutputType(typeof(DeploymentSummary))]
public sealed class InvokeRsolvDeploymentCommand : TargetCmdlet
{
    private const string BuildSet = "Build";
    private const string ImageSet = "Image";
    private ModuleSession? _session;
    private string? _contextPath;

    /// <summary>Specifies the reason, which the ledger and the history record.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = "";

    /// <summary>Specifies the name of the release that the tags contain, for example <c>rfc060-phase5</c>.</summary>
    [Parameter(Position = 1)]
    [ValidatePattern("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
    public string? Phase { get; set; }

    /// <summary>Specifies the build context. The default is the one in the configuration.</summary>
    [Parameter(ParameterSetName = BuildSet)]
    [ValidateNotNullOrEmpty]
    public string? ContextPath { get; set; }

    /// <summary>Specifies an image in the registry to deploy instead of a build: a tag, a digest or a complete reference.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ImageSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageCompleter))]
    public string? Image { get; set; }

    /// <summary>Specifies phases that are left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PhaseCompleter))]
    public string[] Skip { get; set; } = [];

    /// <summary>Specifies the target that is validated first, by its workflow on GitHub. The default is policy.staging.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string? StagingTarget { get; set; }

    /// <summary>Specifies why that validation is skipped (option B). The ledger records it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidatePattern(@"\S")]
    public string? StagingSkipReason { get; set; }

    /// <summary>Specifies how long the new release is watched for rollback triggers before the sign-off. The default is
    /// policy.watch.</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan? WatchFor { get; set; }

    /// <summary>Indicates that nothing is asked: where a person decides, the configured answer is taken.</summary>
    [Parameter]
    public SwitchParameter NonInteractive { get; set; }

    /// <summary>Specifies who allows the deployment in a freeze window. The ledger records it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OverrideFreezeBy { get; set; }

    /// <summary>Specifies why the deployment is allowed in a freeze window.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OverrideFreezeReason { get; set; }

    /// <summary>Specifies the comment of the sign-off.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Comment { get; set; }

    /// <summary>Specifies how long to wait while another run changes the deployment. By default the command does not wait.</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan WaitForLock { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _session = ModuleSession.For(this);

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _contextPath = FullPath(ContextPath);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        var options = Options();
        var journal = new PipelineJournal(_session!.Ledgers) { IsChecklist = true };
        try
        {
            var own = new StepJournal(journal, StepKind.Preflight, target, RunId.New(Clock.GetUtcNow()));
            using var lines = LogOfLines();
            using var context = new StepContext(target, own)
            {
                Reporter = lines ?? Reporter,
                Clock = Clock,
                Confirmation = new CmdletConfirmation(this),
            };
            IDecisions decisions = NonInteractive ? ConfiguredDecisions.Instance : new PromptedDecisions(this);
            await using var run = new ChecklistRun(context, journal, options, decisions);
            var summary = await run.RunAsync((error, result) => EmitErrorAsync(error, result, cancellationToken), cancellationToken);
            Publish(summary);
            await EmitAsync(summary, cancellationToken);
        }
        finally
        {
            journal.Complete(IsStopped);
        }
    }

    // A log of a CI system, or a file: lines instead of progress bars.
    private LineReporter? LogOfLines()
    {
        var dialect = LineDialects.Find(Environment.GetEnvironmentVariable) ?? (StandardOutput.IsRedirected ? new PlainLines() : null);
        return dialect is null ? null : new LineReporter(Reporter, dialect, PostLine, Clock);
    }

    private void Publish(DeploymentSummary summary)
    {
        try
        {
            if (StepSummary.Write(summary, Environment.GetEnvironmentVariable) is { } line) PostLine(line);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            Reporter.Warning($"The summary of the step could not be written: {e.Message}");
        }
    }

    private ChecklistOptions Options() => new()
    {
        Reason = Reason,
        Phase = Phase,
        ContextPath = _contextPath,
        Image = Image,
        Skip = Skip,
        StagingTarget = StagingTarget,
        StagingSkipReason = StagingSkipReason,
        WatchFor = WatchFor,
        FreezeOverride = FreezeOverride.From(OverrideFreezeBy, OverrideFreezeReason),
        Comment = Comment ?? "",
        Lock = new LockOptions(WaitForLock, Break: false),
    };
}
