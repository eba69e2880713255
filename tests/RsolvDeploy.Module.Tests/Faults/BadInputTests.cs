using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Faults;

/// <summary>What an operator can get wrong: each is one error with a stable id, a category, what it is about and what to do.</summary>
public class BadInputTests
{
    public static TheoryData<string, string> Table => new()
    {
        { "ConfigurationNotFound", "Backup-RsolvState production -ConfigurationPath ($folder + '/none.yaml')" },
        { "TargetNotFound", "Get-RsolvTarget prodution -ConfigurationPath ($folder + '/rsolv.yaml')" },
        { "ContextNotFound", "Edit 'context: sandbox' 'context: elsewhere'; Backup-RsolvState production -ConfigurationPath $edited" },
        { "NamespaceNotFound", "Edit 'namespace: rsolv-production' 'namespace: rsolv-prod'; Backup-RsolvState production -ConfigurationPath $edited" },
        { "NotFound", "Edit 'deployment: rsolv-platform' 'deployment: rsolv'; Update-RsolvDeployment production -Image production-20260101-000000 -ConfigurationPath $edited -Confirm:$false" },
        { "ContainerNotFound", "Edit 'container: rsolv-platform' 'container: web'; Update-RsolvDeployment production -Image production-20260101-000000 -ConfigurationPath $edited -Confirm:$false" },
        { "KubeconfigNotFound", "Edit '/kubeconfig' '/no-kubeconfig'; Undo-RsolvDeployment production -ConfigurationPath $edited -Confirm:$false" },
        { "KubeconfigInvalid", "[System.IO.File]::WriteAllText($folder + '/broken', 'a: ['); Edit '/kubeconfig' '/broken'; Backup-RsolvState production -ConfigurationPath $edited" },
        { "WrongCluster", "Edit '  kubeconfig: ' \"  cluster: { server: api.example.org }`n  kubeconfig: \"; Update-RsolvDeployment production -Image production-20260101-000000 -ConfigurationPath $edited -Confirm:$false" },
        { "WrongCluster", "Edit '  kubeconfig: ' \"  cluster: { uid: 2f1c9d1e-4b3a-4c5d-8e6f-0a1b2c3d4e5f }`n  kubeconfig: \"; Undo-RsolvDeployment production -ConfigurationPath $edited -Confirm:$false" },
        { "NamespaceProtected", "Edit 'namespace: rsolv-production' 'namespace: kube-system'; Update-RsolvDeployment production -Image production-20260101-000000 -ConfigurationPath $edited -Confirm:$false" },
        { "Forbidden", "Edit 'context: sandbox' 'context: sandbox-viewer'; Backup-RsolvState production -ConfigurationPath $edited" },
        { "Forbidden", "Edit 'context: sandbox' 'context: sandbox-viewer'; Update-RsolvDeployment production -Image production-20260102-000000 -ConfigurationPath $edited -Confirm:$false" },
        { "DockerUnreachable", "Edit 'builder: tcp://127.0.0.1' 'builder: tcp://127.0.0.2'; Publish-RsolvImage production -ConfigurationPath $edited" },
        { "BuildContextNotFound", "Publish-RsolvImage $target -ContextPath ($folder + '/nowhere')" },
        { "ImageNotFound", "Update-RsolvDeployment $target -Image no-such-tag -Confirm:$false" },
        { "ImageMissing", "Update-RsolvDeployment $target -Confirm:$false" },
        { "NoPreviousRevision", "Undo-RsolvDeployment $target -Confirm:$false" },
        { "RevisionNotFound", "Undo-RsolvDeployment $target -ToRevision 99 -Confirm:$false" },
        { "BackupNotFound", "Undo-RsolvDeployment $target -FromBackup ($folder + '/nowhere') -Confirm:$false" },
        { "SandboxNotFound", "Stop-RsolvSandbox -ProcessId 1" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Bad_input_gets_one_clear_error_and_changes_nothing(string id, string script)
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run(Edit + script);
        Assert.Null(outcome.Ended);
        AssertClear(outcome, id);
        Assert.DoesNotContain(with.Writes, request => request.Status < 400);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_before_anything_is_sent()
    {
        await using var with = await SandboxedSession.StartAsync(new SandboxOptions { CertificateAge = TimeSpan.FromDays(3) });
        var outcome = with.Run("Backup-RsolvState $target");
        AssertClear(outcome, "ClusterCertificateInvalid");
        Assert.Contains("nothing was sent", outcome.Errors[0].ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(with.Sandbox.Requests);
    }

    [Fact]
    public async Task A_registry_that_is_down_is_named()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.RegistryDown, -1);
        var outcome = with.Run("Update-RsolvDeployment $target -Image production-20260101-000000 -Confirm:$false");
        Assert.StartsWith("Registry", outcome.Errors.Single().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_ends_a_backup_and_leaves_nothing_that_looks_whole()
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.Busy429, -1);
        var outcome = await with.RunAndStopAsync(with.RequestedAsync(request => request.Status == 429), "Backup-RsolvState $target")
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        Assert.False(Directory.Exists(Path.Combine(with.Sandbox.Folder, "backups")));
    }

    [Fact]
    public async Task Error_action_stop_ends_the_script()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("Update-RsolvDeployment $target -Image no-such-tag -Confirm:$false -ErrorAction Stop; 'went on'");
        Assert.StartsWith("ImageNotFound,", outcome.Ended?.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Output, item => item.ToString() == "went on");
    }

    [Fact]
    public async Task One_bad_name_does_not_hide_the_others()
    {
        await using var with = await SandboxedSession.StartAsync();
        var outcome = with.Run("Get-RsolvTarget nowhere, staging -ConfigurationPath ($folder + '/rsolv.yaml')");
        Assert.Equal("staging", outcome.Output.Single().Text("Name"));
        AssertClear(outcome, "TargetNotFound");
    }

    [Theory]
    [InlineData("Test-RsolvMetrics $target", "/portforward")]
    [InlineData("$target | Publish-RsolvImage | Update-RsolvDeployment -Confirm:$false", "watch=true")]
    public async Task Ctrl_c_ends_a_step_and_tells_what_was_left(string script, string reached)
    {
        await using var with = await SandboxedSession.StartAsync();
        with.Sandbox.Faults.Order(Fault.ProbeFails, -1);
        with.Sandbox.Faults.Order(Fault.ScrapeStale, -1);
        // The stop waits for the command to end: a command that does not would hang here until the test's own limit.
        var outcome = await with.RunAndStopAsync(with.RequestedAsync(request => request.Path.Contains(reached, StringComparison.Ordinal)), script)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
    }

    [Fact]
    public async Task Ctrl_c_in_a_push_ends_it_and_says_what_was_pushed()
    {
        var pushing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var with = await SandboxedSession.StartAsync(new SandboxOptions
        {
            // The engine never comes to the push: who asked for it has to go away by himself.
            Arriving = async http =>
            {
                if (!http.Request.Path.Value!.EndsWith("/push", StringComparison.Ordinal)) return;
                using var left = http.RequestAborted.Register(() => gone.TrySetResult());
                pushing.TrySetResult();
                await gone.Task;
            },
        });
        var outcome = await with.RunAndStopAsync(pushing.Task, "Publish-RsolvImage $target -Phase test").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(outcome.Stopped);
        // The engine hears of it a moment after the command has ended.
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains(with.Session.Host.Interface.Lines, line => line.Contains("The publish was stopped; ", StringComparison.Ordinal));
        var pushed = with.Sandbox.Services.Images.Pushed;
        Assert.DoesNotContain("production-test", pushed.Repositories.SelectMany(repository => pushed.FindTags(repository) ?? []));
    }

    private const string Edit =
        """
        $edited = $folder + '/edited.yaml'
        function Edit($what, $by) { [System.IO.File]::WriteAllText($edited, [System.IO.File]::ReadAllText($folder + '/rsolv.yaml').Replace($what, $by)) }

        """;

    private static void AssertClear(Outcome outcome, string id)
    {
        var error = Assert.Single(outcome.Errors);
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEqual(System.Management.Automation.ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails.RecommendedAction));
    }
}
