using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Images;
using RsolvDeploy.Migrations;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>A run is shown among the deployments of a repository at GitHub, whose failures fail no deployment.</summary>
public sealed class ShownDeploymentTests : IAsyncLifetime
{
    private const string Variable = "RSOLV_TEST_DEPLOYMENTS_TOKEN";
    private const string Repo = "/repos/{owner}/{repo}/deployments";
    private SandboxServer _sandbox = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IReadOnlyList<GitHubDeployment> Deployments => _sandbox.Services.Repository.Deployments;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        Environment.SetEnvironmentVariable(Variable, GitHubKeys.Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task A_run_is_in_progress_then_a_success_and_signed_off_with_the_link_to_its_report()
    {
        using var front = Front();
        var outcomes = await front.RunAsync(Publish, Update, Migrate, Verify, SignOff);
        Assert.Equal((null, StepStatus.Succeeded), (outcomes[^1].Error?.Message, outcomes[^1].Result.Status));

        var one = Assert.Single(Deployments);
        Assert.Equal(("production", "main", front.RunId), (one.Environment, one.Ref, (string?)one.Payload!["run"]));
        Assert.Equal(["success", "success", "in_progress"], one.Statuses.Select(status => status.State));
        Assert.Contains("Signed off as Succeeded by ", one.Statuses[0].Description, StringComparison.Ordinal);
        Assert.All(one.Statuses, status => Assert.Equal($"https://reports.example.org/{front.RunId}.html", status.LogUrl));
        Assert.All(one.Statuses, status => Assert.Equal($"{front.Target.Url}", status.EnvironmentUrl));
        Assert.DoesNotContain(front.Warnings, warning => warning.Contains("GitHub", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_update_is_a_failure_and_a_rollback_makes_it_inactive()
    {
        _sandbox.Faults.Inject(Fault.CrashLoop, 1);
        using var front = Front();
        await front.RunAsync(Publish, Update, StepInvocation.Create(new RollbackStep(), new RollbackOptions()));
        Assert.Equal(["inactive", "failure", "in_progress"], Assert.Single(Deployments).Statuses.Select(status => status.State));
    }

    [Fact]
    public async Task An_update_that_writes_nothing_is_an_error()
    {
        using var front = Front();
        var refused = new Errors.DeployException("Refused", Errors.FaultCategory.InvalidData, "The API refused.", "Try again.");
        var shown = await RunAsync(front, context => new ShownDeployment(context).RunAsync("image", () => throw refused, Ct));
        Assert.Equal("Refused", shown);
        Assert.Equal(["error", "in_progress"], Assert.Single(Deployments).Statuses.Select(status => status.State));
        Assert.Equal("The API refused.", Deployments[0].Statuses[0].Description);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("ref")]
    [InlineData("address")]
    public async Task What_fails_at_GitHub_is_a_warning(string wrong)
    {
        using var front = Front();
        var own = front.Target.GitHubDeployments!;
        front.Target = front.Target with
        {
            GitHubDeployments = wrong switch
            {
                "token" => own with { TokenEnvironmentVariable = "RSOLV_TEST_NO_SUCH_TOKEN" },
                "ref" => own with { Ref = "no-such-branch" },
                _ => own with { ApiUrl = new Uri("http://127.0.0.1:9/") },
            },
        };
        var outcomes = await front.RunAsync(Publish, Update);
        Assert.All(outcomes, outcome => Assert.Equal((StepStatus.Succeeded, null), (outcome.Result.Status, outcome.Error?.Message)));
        Assert.Single(front.Warnings, warning => warning.StartsWith("GitHub does not show this deployment: ", StringComparison.Ordinal));
        Assert.Empty(Deployments);
    }

    [Fact]
    public async Task Requests_and_responses_have_the_shapes_of_the_description_of_GitHub()
    {
        var shapes = OpenApiShapes.Load(Path.Combine(AppContext.BaseDirectory, "Staging", "github-rest.json"));
        using var handler = new RecordingHandler();
        using var front = Front();
        await RunAsync(front, async context =>
        {
            var shown = new ShownDeployment(context, handler);
            var rollout = await shown.RunAsync(
                "image", () => Task.FromResult(new Rollout(front.Target, front.RunId, StepStatus.Succeeded, [])), Ct);
            await shown.SignedOffAsync(DeploymentOutcome.Succeeded, "ada@ci", Ct);
            await shown.RolledBackAsync("image", new Rollback(front.Target, front.RunId, StepStatus.Succeeded, []), Ct);
            return rollout;
        });
        front.Target = front.Target with { GitHubDeployments = front.Target.GitHubDeployments! with { Ref = "no-such-branch" } };
        await RunAsync(front, context => new ShownDeployment(context, handler).RunAsync(
            "image", () => Task.FromResult(new Rollout(front.Target, front.RunId, StepStatus.Failed, [])), Ct));

        var exchanges = handler.Exchanges.ToList();
        Assert.Subset(
            exchanges.Select(one => $"{one.Method} {shapes.PathOf(one)} {one.Status}").ToHashSet(),
            new HashSet<string>
            {
                $"POST {Repo} 201", $"POST {Repo} 422", $"GET {Repo} 200", $"POST {Repo}/{{deployment_id}}/statuses 201",
            });
        Assert.Empty(exchanges.SelectMany(one => shapes.Problems(one).Select(problem => $"{one.Method} {one.Path}: {problem}")));
        Assert.Equal(["inactive", "success", "success", "in_progress"], Assert.Single(Deployments).Statuses.Select(status => status.State));
    }

    private static StepInvocation Publish => StepInvocation.Create(new PublishStep(), new PublishOptions { Phase = "shown" });

    private static StepInvocation Update => StepInvocation.Create(new UpdateStep(), new UpdateOptions());

    private static StepInvocation Migrate => StepInvocation.Create(new MigrationStep(), new MigrationOptions());

    private static StepInvocation Verify => StepInvocation.Create(new VerificationStep(), new VerificationOptions());

    private static StepInvocation SignOff => StepInvocation.Create(new CompletionStep(), new CompletionOptions());

    private PlainFrontEnd Front()
    {
        var front = new PlainFrontEnd(_sandbox);
        front.Target = front.Target with
        {
            Approvals = [],
            GitHubDeployments = new GitHubDeploymentSettings($"{GitHubState.Owner}/{GitHubState.Name}")
            {
                ApiUrl = _sandbox.Services.GitHub,
                TokenEnvironmentVariable = Variable,
                Ref = GitHubState.DefaultBranch,
                ReportUrl = "https://reports.example.org/{run}.html",
            },
        };
        return front;
    }

    // The id of the error; null for none.
    private static async Task<string?> RunAsync(PlainFrontEnd front, Func<StepContext, Task<Rollout>> show)
    {
        var journal = new PipelineJournal(new OpenLedgers());
        using var context = new StepContext(front.Target, new StepJournal(journal, StepKind.Update, front.Target, front.RunId))
        {
            Reporter = front,
        };
        try
        {
            await show(context);
            return null;
        }
        catch (Errors.DeployException e)
        {
            return e.Id;
        }
        finally
        {
            journal.Complete(stopped: false);
        }
    }
}
