using System.Net;
using System.Security;
using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Staging.GitHub;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Validates staging by the real workflow on GitHub (option A), or records why it is skipped (option B).</summary>
internal sealed class StagingStep(HttpMessageHandler? handler = null) : IStep<StagingOptions, StagingValidation>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Staging;

    /// <inheritdoc/>
    public string FailureId => "StagingFailed";

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => StagingJson.Default;

    /// <inheritdoc/>
    public IReadOnlyList<string> NotRecorded(StagingOptions options) => options.Credential is null ? [] : [nameof(options.Credential)];

    /// <inheritdoc/>
    public StagingValidation WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Staging, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<StagingValidation> RunAsync(StepContext context, StagingOptions options, CancellationToken ct)
    {
        if (options.Target is { } name)
        {
            var staging = ConfigurationFile.Load(context.Target.ConfigurationPath).GetTarget(name);
            using var other = context.ForTarget(staging);
            return await RunAsync(other, options with { Target = null }, ct);
        }

        if (options.SkipReason is { } reason) return await new StagingSkip(context).RunAsync(reason, options.DecidedBy, ct);
        var settings = StagingPlanner.SettingsOf(context.Target, options);
        var given = options.Credential is { } credential ? Text(credential) : null;
        var connection = new GitHubConnectionOptions(context.Clock, context.Reporter, handler);
        var token = await GitHubLogin.FindAsync(settings, given, connection, ct);
        context.Redactor.Add(token.Value);
        context.Reporter.Verbose($"The token for {GitHubHost.From(settings.ApiUrl).Name} is from {token.Source}.");
        using var github = GitHubConnection.Connect(settings, token, connection, ct);
        var plan = await StagingPlanner.PlanAsync(context, options, settings, new RepositoryFiles(github));
        context.Redactor.Add(plan.Secret);
        var checks = new StagingChecks(context.Clock);
        checks.Add(CheckTable.StagingDecision, CheckOutcome.Met($"option A: validated, decided by {RunLedger.Actor}"));
        checks.Add(CheckTable.StagingWorkflowFile, StagingPlanner.CheckFile(plan));
        var planned = WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
        {
            Decision = StagingDecision.Validated,
            DecidedBy = RunLedger.Actor,
            Checks = checks.List(StepContext.NotConfirmed),
        };
        if (!plan.CanDispatch && plan.Update == WorkflowUpdate.None)
            return planned with { Status = StepStatus.Failed, Checks = checks.List("the workflow file is missing") };
        if (!await context.ConfirmAsync(settings.Repository, plan.Describe(), ct)) return planned;
        return await new StagingRunner(context, options, github, checks).RunAsync(plan, planned, ct);
    }

    private static string Text(SecureString secret) => new NetworkCredential("", secret).Password;
}
