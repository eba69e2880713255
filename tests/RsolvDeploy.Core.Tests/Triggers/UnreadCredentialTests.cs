using RsolvDeploy.Checks;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Triggers;

/// <summary>A credential that cannot be read is no fault of the release: it must not roll it back.</summary>
public class UnreadCredentialTests
{
    [Theory]
    [InlineData("trigger.health")]
    [InlineData("trigger.database")]
    public async Task No_trigger_fires_and_a_warning_names_the_variable(string id)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reporter = new StopAtWarning(stop);
        var target = new Target
        {
            Name = "test",
            ConfigurationPath = "rsolv.yaml",
            Namespace = "test",
            Deployment = "web",
            Environment = "test",
            Url = new Uri("https://localhost:1/"),
            Health = new HealthSettings
            {
                Access = new ServiceAccessSettings
                {
                    Credential = new CredentialReference("", "", "") { IsEnvironment = true, Token = "RSOLV_TEST_NEVER_SET" },
                },
            },
        };
        using var context = new StepContext(
            target, new StepJournal(new PipelineJournal(new OpenLedgers()), StepKind.Watch, target, RunId.New(DateTimeOffset.UtcNow)))
        {
            Reporter = reporter,
        };
        var fired = new List<CheckOutcome>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => id == "trigger.health"
            ? new EndpointTrigger(context, new Uri(target.Url, "health"), new FailureTrigger(1, TimeSpan.FromSeconds(1)))
                .WatchAsync(FireAsync, stop.Token)
            : new DocumentTrigger(
                context, new Uri(target.Url, "health"), new DatabaseTrigger("$.database", "ok"), TimeSpan.FromSeconds(1))
                .WatchAsync(FireAsync, stop.Token));

        Assert.Empty(fired);
        Assert.Contains("RSOLV_TEST_NEVER_SET is not set", Assert.Single(reporter.Warnings), StringComparison.Ordinal);

        Task FireAsync(CheckOutcome outcome)
        {
            fired.Add(outcome);
            return stop.CancelAsync();
        }
    }

    private sealed class StopAtWarning(CancellationTokenSource stop) : IReporter
    {
        public List<string> Warnings { get; } = [];

        public void Progress(ProgressUpdate update)
        {
        }

        public void Verbose(string message)
        {
        }

        public void Information(string message)
        {
        }

        public void Warning(string message)
        {
            Warnings.Add(message);
            stop.Cancel();
        }
    }
}
