using RsolvDeploy.Manifests;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>Ctrl+C and services that fail: a step ends, and reports what it wrote.</summary>
public class InterruptionTests
{
    [Fact]
    public async Task A_registry_that_is_down_is_reported()
    {
        await using var session = await SandboxedSession.StartAsync();
        session.Sandbox.Faults.Inject(Fault.RegistryDown, -1);
        var outcome = session.Run("Update-RsolvDeployment $target -Image production-20260101-000000 -Confirm:$false");
        Assert.StartsWith("Registry", outcome.Errors.Single().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_ends_a_backup_and_leaves_none_behind()
    {
        await using var session = await SandboxedSession.StartAsync();
        session.Sandbox.Faults.Inject(Fault.Busy429, -1);
        var outcome = await session.RunAndStopAsync(session.RequestedAsync(request => request.Status == 429), "Backup-RsolvState $target")
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        Assert.False(Directory.Exists(Path.Combine(session.Sandbox.Folder, "backups")));
    }

    [Theory]
    [InlineData("Test-RsolvMetrics $target", "/portforward")]
    [InlineData("$target | Publish-RsolvImage | Update-RsolvDeployment -Confirm:$false", "watch=true")]
    public async Task Ctrl_c_ends_a_step(string script, string reached)
    {
        await using var session = await SandboxedSession.StartAsync();
        session.Sandbox.Faults.Inject(Fault.ProbeFails, -1);
        session.Sandbox.Faults.Inject(Fault.ScrapeStale, -1);
        // The stop waits for the command to end. A command that does not end runs into the timeout.
        var outcome = await session.RunAndStopAsync(
            session.RequestedAsync(request => request.Path.Contains(reached, StringComparison.Ordinal)), script)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
    }

    [Fact]
    public async Task Ctrl_c_in_a_push_ends_it_and_reports_what_was_pushed()
    {
        var pushing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var session = await SandboxedSession.StartAsync(new SandboxOptions
        {
            // The engine never starts the push, so the client has to give up.
            Arriving = async http =>
            {
                if (!http.Request.Path.Value!.EndsWith("/push", StringComparison.Ordinal)) return;
                using var aborted = http.RequestAborted.Register(() => gone.TrySetResult());
                pushing.TrySetResult();
                await gone.Task;
            },
        });
        var outcome = await session.RunAndStopAsync(pushing.Task, "Publish-RsolvImage $target -Phase test").WaitAsync(
            TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        // The engine sees it shortly after the command has ended.
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains(session.Interface.Lines, line => line.Contains("The publish was stopped; ", StringComparison.Ordinal));
        var pushed = session.Sandbox.Services.Images.Pushed;
        Assert.DoesNotContain("production-test", pushed.Repositories.SelectMany(repository => pushed.FindTags(repository) ?? []));
    }

    [Theory]
    [InlineData("Update-RsolvDeployment $target -Image production-20260102-000000 -Confirm:$false", "may have the image ")]
    [InlineData("Undo-RsolvDeployment $target -ToDigest production-20260102-000000 -Confirm:$false", "may be back at ")]
    public async Task Ctrl_c_while_a_write_is_unanswered_says_that_it_may_be_stored(string script, string said)
    {
        var writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var session = await SandboxedSession.StartAsync(new SandboxOptions
        {
            Arriving = async http =>
            {
                var isWrite = http.Request.Method == "PATCH" && !http.Request.Query.ContainsKey("dryRun");
                if (!isWrite || !http.Request.Path.Value!.Contains("/deployments/", StringComparison.Ordinal)) return;
                writing.TrySetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            },
        });
        var outcome = await session.RunAndStopAsync(writing.Task, script)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        Assert.Contains(session.Interface.Lines, line =>
            line.StartsWith("WARNING: ", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
        Assert.Equal("", session.Sandbox.Lock()["spec"]!["holderIdentity"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_before_anything_is_sent()
    {
        await using var session = await SandboxedSession.StartAsync(new SandboxOptions { CertificateAge = TimeSpan.FromDays(3) });
        var outcome = session.Run("Backup-RsolvState $target");
        BadInputTests.AssertClear(outcome, "ClusterCertificateInvalid");
        Assert.Contains("nothing was sent", outcome.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(session.Sandbox.Requests);
    }
}
