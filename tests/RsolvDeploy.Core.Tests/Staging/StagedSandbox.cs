using System.Collections.Concurrent;
using System.Net;
using System.Security;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>A sandbox whose staging is validated by the workflow of its GitHub.</summary>
internal sealed class StagedSandbox : IReporter, IAsyncDisposable
{
    /// <summary>The value of the repository secret.</summary>
    public const string ApiKey = "sbxsecret-staging-api-key";

    private const string ApiKeyVariable = "RSOLV_SANDBOX_STAGING_API_KEY";

    private StagedSandbox(SandboxServer server)
    {
        Server = server;
        Target = ConfigurationFile.Load(server.ConfigurationPath).GetTarget("staging");
        Environment.SetEnvironmentVariable(ApiKeyVariable, ApiKey);
    }

    public SandboxServer Server { get; }

    public Target Target { get; set; }

    public string RunId { get; } = RsolvDeploy.Runs.RunId.New(TimeProvider.System.GetUtcNow());

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<string> Details { get; } = new();

    public ConcurrentQueue<ProgressUpdate> Updates { get; } = new();

    /// <summary>Whether changes are confirmed.</summary>
    public IConfirmation Confirmation { get; set; } = Unattended.Instance;

    public IStepResult? Previous { get; set; }

    public GitHubState GitHub => Server.Services.Repository;

    public static async Task<StagedSandbox> StartAsync() =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken));

    /// <summary>Options that write the workflow file.</summary>
    public static StagingOptions Options => new() { WorkflowUpdate = WorkflowUpdate.Commit, Credential = Secure(GitHubKeys.Token) };

    public static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    /// <summary>Runs the step.</summary>
    public async Task<StepOutcome> RunAsync(
        StagingOptions options, HttpMessageHandler? handler = null, ResumedStep? resumed = null, CancellationToken? ct = null)
    {
        var journal = new PipelineJournal(new OpenLedgers());
        var step = StepInvocation.Create(new StagingStep(handler), options);
        journal.Plan(step);
        using var context = new StepContext(Target, new StepJournal(journal, StepKind.Staging, Target, RunId))
        {
            Reporter = this,
            Previous = Previous,
            Resumed = resumed,
            Confirmation = Confirmation,
        };
        try
        {
            return await step.RunAsync(context, ct ?? TestContext.Current.CancellationToken);
        }
        finally
        {
            journal.Complete(stopped: false);
        }
    }

    /// <summary>Runs the step; its result.</summary>
    public async Task<StagingValidation> ValidateAsync(StagingOptions options, HttpMessageHandler? handler = null) =>
        (StagingValidation)(await RunAsync(options, handler)).Result;

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    void IReporter.Progress(ProgressUpdate update) => Updates.Enqueue(update);

    void IReporter.Verbose(string message) => Details.Enqueue(message);

    void IReporter.Warning(string message) => Warnings.Enqueue(message);

    void IReporter.Information(string message)
    {
    }
}
