using RsolvDeploy.Errors;
using RsolvDeploy.Staging.GitHub;
using RsolvDeploy.Steps;
using GitHubState = Octokit.DeploymentState;

namespace RsolvDeploy.Staging;

/// <summary>
/// Shows the deployment of a run at GitHub, where the target names a repository for it. What fails there is a warning, and it takes no
/// longer than a few seconds.
/// </summary>
/// <param name="context">The context of the step.</param>
/// <param name="handler">Sends the requests; null for the network.</param>
internal sealed class ShownDeployment(StepContext context, HttpMessageHandler? handler = null)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1.5);

    private string EnvironmentName => context.Target.GitHubDeployments!.Environment ?? context.Target.Name;

    /// <summary>Shows an update: in progress while it runs, then as it ended.</summary>
    /// <param name="image">The image.</param>
    /// <param name="update">Runs it.</param>
    /// <param name="ct">The operator's cancellation.</param>
    public async Task<Rollout> RunAsync(string image, Func<Task<Rollout>> update, CancellationToken ct)
    {
        if (context.Target.GitHubDeployments is null) return await update();
        var id = await TryAsync(github => StartAsync(github, image), ct);
        try
        {
            var rollout = await update();
            var state = rollout.Status == StepStatus.Succeeded ? GitHubState.Success : GitHubState.Failure;
            await SetAsync(id, state, $"{rollout}", ct);
            return rollout;
        }
        catch (Exception e)
        {
            var reason = e is OperationCanceledException ? "The operator stopped the update." : UnexpectedError.From(e).Message;
            await SetAsync(id, GitHubState.Error, reason, ct);
            throw;
        }
    }

    /// <summary>Shows that an image was rolled back.</summary>
    /// <param name="from">The image that ran before; null when it is not known.</param>
    /// <param name="rollback">The rollback.</param>
    /// <param name="ct">Cancels.</param>
    public async Task RolledBackAsync(string? from, Rollback rollback, CancellationToken ct)
    {
        if (context.Target.GitHubDeployments is null || rollback.Status != StepStatus.Succeeded) return;
        await TryAsync(async github =>
        {
            var deployments = new RepositoryDeployments(github);
            if (await deployments.FindAsync(EnvironmentName, mark => mark.Image == from) is not { } id) return null;
            await deployments.SetAsync(id, GitHubState.Inactive, $"{rollback}", ReportOf(), context.Target.Url);
            return id;
        }, ct);
    }

    /// <summary>Shows how the run ended when it was signed off.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="by">Who signed off.</param>
    /// <param name="ct">Cancels.</param>
    public async Task SignedOffAsync(DeploymentOutcome outcome, string by, CancellationToken ct)
    {
        if (context.Target.GitHubDeployments is null) return;
        var state = outcome switch
        {
            DeploymentOutcome.Succeeded => GitHubState.Success,
            DeploymentOutcome.RolledBack => GitHubState.Inactive,
            _ => GitHubState.Failure,
        };
        await TryAsync(async github =>
        {
            var deployments = new RepositoryDeployments(github);
            if (await deployments.FindAsync(EnvironmentName, mark => mark.Run == context.RunId) is not { } id) return null;
            await deployments.SetAsync(id, state, $"Signed off as {outcome} by {by}.", ReportOf(), context.Target.Url);
            return id;
        }, ct);
    }

    private async Task<long?> StartAsync(GitHubConnection github, string image)
    {
        var deployments = new RepositoryDeployments(github);
        var reference = context.Target.GitHubDeployments!.Ref ?? (context.Previous as PublishedImage)?.Source?.Commit
            ?? await new RepositoryFiles(github).DefaultBranchAsync();
        var id = await deployments.CreateAsync(reference, EnvironmentName, new DeploymentMark(context.RunId, image));
        await deployments.SetAsync(id, GitHubState.InProgress, $"Updates to {image}.", ReportOf(), context.Target.Url);
        return id;
    }

    private async Task SetAsync(long? id, GitHubState state, string description, CancellationToken ct)
    {
        if (id is not { } known) return;
        await TryAsync(async github =>
        {
            await new RepositoryDeployments(github).SetAsync(
                known, state, context.Redactor.Apply(description), ReportOf(), context.Target.Url);
            return id;
        }, ct);
    }

    // A deployment that GitHub does not show is a deployment all the same.
    private async Task<long?> TryAsync(Func<GitHubConnection, Task<long?>> show, CancellationToken ct)
    {
        // After a stop the status is still set, within the time that a stop may take.
        var isStopped = ct.IsCancellationRequested;
        using var limit = new CancellationTokenSource(isStopped ? StopLimit : Limit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, isStopped ? CancellationToken.None : ct);
        try
        {
            var own = context.Target.GitHubDeployments!;
            var settings = new GitHubSettings(own.Repository, "", null, null)
            {
                ApiUrl = own.ApiUrl,
                TokenEnvironmentVariable = own.TokenEnvironmentVariable,
                App = own.App,
            };
            var options = new GitHubConnectionOptions(context.Clock, context.Reporter, handler);
            var token = await GitHubLogin.FindAsync(settings, null, options, either.Token);
            context.Redactor.Add(token.Value);
            using var github = GitHubConnection.Connect(settings, token, options, either.Token);
            return await show(github);
        }
        catch (Exception e) when (isStopped || !ct.IsCancellationRequested)
        {
            var reason = limit.IsCancellationRequested
                ? $"it did not respond within {(isStopped ? StopLimit : Limit).TotalSeconds:0.#} s."
                : UnexpectedError.From(e).Message;
            context.Reporter.Warning($"GitHub does not show this deployment: {reason}");
            return null;
        }
    }

    private Uri? ReportOf()
    {
        if (context.Target.GitHubDeployments!.ReportUrl is { } report)
            return new Uri(report.Replace("{run}", context.RunId, StringComparison.Ordinal));
        var server = Environment.GetEnvironmentVariable("GITHUB_SERVER_URL");
        var repository = Environment.GetEnvironmentVariable("GITHUB_REPOSITORY");
        var job = Environment.GetEnvironmentVariable("GITHUB_RUN_ID");
        return job is { Length: > 0 } && Uri.TryCreate($"{server}/{repository}/actions/runs/{job}", UriKind.Absolute, out var page)
            ? page
            : null;
    }
}
