using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>backup.restorable shows the response of the server for every object; nothing is stored.</summary>
public sealed class RestoreDryRunTests : IAsyncLifetime
{
    private BackupMaker _made = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _made = await BackupMaker.StartAsync(Ct);

    public ValueTask DisposeAsync() => _made.DisposeAsync();

    [Fact]
    public async Task Every_object_is_tried_and_nothing_is_stored()
    {
        var before = _made.Sandbox.Objects
            .List(KindInfo.Secrets, _made.Sandbox.Namespace).Items
            .Select(item => item.ToJsonString())
            .ToList();
        var backup = await _made.WriteAsync(Ct, plan => plan with { DryRun = true });
        var check = RestorableCheck(backup);
        Assert.Equal((CheckStatus.Passed, $"{backup.Items.Count} objects accepted; nothing was stored"), (check.Status, check.Evidence));
        var tried = _made.Sandbox.Requests.Where(request => request.Method == "PATCH").ToList();
        Assert.Equal(backup.Items.Count, tried.Count);
        Assert.All(tried, request => Assert.Contains("dryRun=All", request.Path, StringComparison.Ordinal));
        Assert.Equal(
            before, _made.Sandbox.Objects.List(KindInfo.Secrets, _made.Sandbox.Namespace).Items.Select(item => item.ToJsonString()));
    }

    [Fact]
    public async Task A_refusal_of_the_server_is_quoted_and_fails_the_step()
    {
        _made.Sandbox.Faults.Inject(Fault.AdmissionRefuses, 1);
        var backup = await _made.WriteAsync(Ct, plan => plan with { DryRun = true });
        var check = RestorableCheck(backup);
        Assert.Equal((StepStatus.Failed, CheckStatus.Failed), (backup.Status, check.Status));
        Assert.Contains("Deployment/rsolv-platform", check.Evidence, StringComparison.Ordinal);
        Assert.Contains("no deployments on Fridays", check.Evidence, StringComparison.Ordinal);
        Assert.True(Directory.Exists(backup.Path), "The backup itself is whole, and kept.");
    }

    [Fact]
    public async Task Without_the_dry_run_the_check_is_skipped_with_its_reason()
    {
        var check = RestorableCheck(await _made.WriteAsync(Ct));
        Assert.Equal((CheckStatus.Skipped, "not tried: -SkipDryRun"), (check.Status, check.Evidence));
        Assert.DoesNotContain(_made.Sandbox.Requests, request => request.Method == "PATCH");
    }

    private static Check RestorableCheck(StateBackup backup) => backup.Checks.Single(one => one.Id == "backup.restorable");
}
