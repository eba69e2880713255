using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Updates;

/// <summary>A freeze window holds for a single update too.</summary>
public sealed class FreezeTests : IAsyncLifetime
{
    private readonly PipelineJournal _journal = new(new OpenLedgers());
    private readonly WarningRecorder _reporter = new();
    private SandboxServer _sandbox = null!;
    private Target _target = null!;
    private string _image = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        _target = target with
        {
            Policy = target.Policy with { Freeze = new FreezeSettings { Windows = [new FreezeWindow("always")] } },
        };
        _image = _sandbox.Image();
    }

    public async ValueTask DisposeAsync()
    {
        _journal.Complete(stopped: false);
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task An_update_is_refused_before_anything_is_written()
    {
        var outcome = await UpdateAsync(new UpdateOptions { Image = _image }, Unattended.Instance);
        Assert.Equal(("DeploymentFrozen", StepStatus.Failed), (outcome.Error?.Id, outcome.Result.Status));
        Assert.DoesNotContain(_sandbox.Requests, request => request.Method == "PATCH");
        Assert.False(new RunFolder(outcome.Result.RunId).IsRecorded);
    }

    [Fact]
    public async Task A_preview_shows_the_change_and_warns()
    {
        var outcome = await UpdateAsync(new UpdateOptions { Image = _image }, new Preview());
        Assert.Equal((null, StepStatus.Planned), (outcome.Error?.Id, outcome.Result.Status));
        Assert.Contains(_reporter.Warnings, warning => warning.Contains("freeze window 'always'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_override_by_name_and_reason_is_recorded_once()
    {
        var outcome = await UpdateAsync(
            new UpdateOptions { Image = _image, FreezeOverride = new FreezeOverride("Jane Doe", "security fix") }, Unattended.Instance);
        Assert.Equal((null, StepStatus.Succeeded), (outcome.Error?.Id, outcome.Result.Status));
        var line = Assert.Single(
            new RunFolder(outcome.Result.RunId).Read().Lines, line => line.Event == LedgerEvent.FreezeOverride);
        Assert.Equal(("Jane Doe", "security fix"), ((string?)line.Data["by"], (string?)line.Data["reason"]));
    }

    [Theory]
    [InlineData("Jane Doe", null)]
    [InlineData(null, "security fix")]
    public void A_name_without_a_reason_allows_nothing(string? by, string? reason) =>
        Assert.Equal("FreezeOverrideIncomplete", Assert.Throws<DeployException>(() => FreezeOverride.From(by, reason)).Id);

    private async Task<StepOutcome> UpdateAsync(UpdateOptions options, IConfirmation confirmation)
    {
        var step = StepInvocation.Create(new UpdateStep(), options);
        using var context = new StepContext(
            _target, new StepJournal(_journal, StepKind.Update, _target, RunId.New(TimeProvider.System.GetUtcNow())))
        {
            Reporter = _reporter,
            Confirmation = confirmation,
        };
        return await step.RunAsync(context, Ct);
    }

    private sealed class Preview : IConfirmation
    {
        public Task<bool> ConfirmAsync(string subject, string change, CancellationToken ct) => Task.FromResult(false);

        public Task<bool> IsPreviewAsync(CancellationToken ct) => Task.FromResult(true);
    }
}
