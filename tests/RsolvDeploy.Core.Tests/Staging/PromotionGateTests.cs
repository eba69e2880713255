using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Preflight;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>A validation on staging is attested, and every step of production demands the attestation.</summary>
public sealed class PromotionGateTests : IAsyncLifetime
{
    private StagedSandbox _staged = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _staged = await StagedSandbox.StartAsync();
        _staged.Target = _staged.Target with { Promotion = new PromotionSettings { Attest = true } };
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();

    [Fact]
    public async Task What_was_validated_is_attested_once_and_opens_every_gate_of_production()
    {
        var validation = await _staged.ValidateAsync(StagedSandbox.Options);

        Assert.Equal((StepStatus.Succeeded, CheckStatus.Passed), (validation.Status, Check(validation, "staging.attestation").Status));
        var attestations = await ImageAttestations.ReadAsync(_staged.Target, validation.Image!, DockerEnvironment.Current, Ct);
        var one = Assert.Single(attestations, one => one.PredicateType == PredicateTypes.Verification);
        Assert.Equal((validation.Attestation, "staging", validation.RunId, validation.Workflow!.Url, null),
            (one.Reference, one.Environment, one.RunId, one.Url, one.Problem));
        Assert.True(one.Checks >= 14, $"{one.Checks}");

        using var production = Production();
        var outcomes = await production.RunAsync(Preflight(validation.Image), Promote(), Update());
        Assert.Equal(CheckStatus.Passed, Check(outcomes[0].Result, "environment.attestation").Status);
        Assert.Equal((null, CheckStatus.Passed), (outcomes[1].Error?.Message, Check(outcomes[1].Result, "image.attested").Status));
        Assert.Equal(StepStatus.Succeeded, outcomes[2].Result.Status);
    }

    [Fact]
    public async Task Without_the_attestation_every_step_of_production_refuses_the_image()
    {
        var validation = await _staged.ValidateAsync(StagedSandbox.Options);
        Delete(validation);
        var tagged = _staged.Server.Services.Images.Pushed.Tagged.Count;
        using var production = Production();

        var preflight = Assert.Single(await production.RunAsync(Preflight(validation.Image)));
        Assert.Equal(CheckStatus.Failed, Check(preflight.Result, "environment.attestation").Status);
        Assert.Equal("AttestationRequired", await ErrorAsync(Promote()));
        Assert.Equal("AttestationRequired", await ErrorAsync(Update(validation.Image)));
        Assert.Equal("AttestationRequired", await ErrorAsync(StepInvocation.Create(new PublishStep(), new PublishOptions())));
        var used = StepInvocation.Create(new PublishStep(), new PublishOptions { Image = validation.Image });
        using var other = Production();
        Assert.Equal(CheckStatus.Failed, Check(Assert.Single(await other.RunAsync(used)).Result, "image.attested").Status);
        Assert.Equal(tagged, _staged.Server.Services.Images.Pushed.Tagged.Count);
    }

    [Fact]
    public async Task An_image_beside_a_published_one_is_judged_by_itself()
    {
        var validation = await _staged.ValidateAsync(StagedSandbox.Options);
        using var production = Production();
        await production.RunAsync(Promote());
        Delete(validation);
        var update = Assert.Single(await production.RunAsync(Update(validation.Image)));
        Assert.Equal("AttestationRequired", update.Error?.Id);
    }

    [Fact]
    public async Task A_reason_promotes_an_image_without_the_attestation_with_a_warning()
    {
        var validation = await _staged.ValidateAsync(StagedSandbox.Options);
        Delete(validation);
        using var production = Production();
        var outcomes = await production.RunAsync(Promote("an incident"), Update());
        var check = Check(outcomes[0].Result, "image.attested");
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Contains("promoted for a reason: an incident", check.Evidence, StringComparison.Ordinal);
        Assert.Equal(StepStatus.Succeeded, outcomes[1].Result.Status);
    }

    [Fact]
    public async Task A_target_without_the_requirement_shows_no_such_check()
    {
        using var production = Production();
        production.Target = production.Target with { Promotion = new PromotionSettings() };
        var outcome = Assert.Single(await production.RunAsync(Preflight(null)));
        Assert.DoesNotContain(outcome.Result.Checks, check => check.Id == "environment.attestation");
    }

    private static Check Check(IStepResult result, string id) => result.Checks.Single(check => check.Id == id);

    private static StepInvocation Preflight(string? image) =>
        StepInvocation.Create(new PreflightStep(), new PreflightOptions { Image = image });

    private static StepInvocation Promote(string? reason = null) => StepInvocation.Create(
        new PublishStep(), new PublishOptions { From = "staging", Phase = "promoted", UnvalidatedReason = reason });

    private static StepInvocation Update(string? image = null) =>
        StepInvocation.Create(new UpdateStep(), new UpdateOptions { Image = image });

    private async Task<string?> ErrorAsync(StepInvocation step)
    {
        using var production = Production();
        return Assert.Single(await production.RunAsync(step)).Error?.Id;
    }

    private PlainFrontEnd Production()
    {
        var front = new PlainFrontEnd(_staged.Server);
        front.Target = front.Target with
        {
            Promotion = new PromotionSettings { Require = new RequiredAttestation("staging") { MaxAge = TimeSpan.FromDays(7) } },
        };
        return front;
    }

    private void Delete(StagingValidation validation)
    {
        var parts = validation.Attestation!.Split('@');
        var repository = parts[0][(parts[0].IndexOf('/', StringComparison.Ordinal) + 1)..];
        Assert.True(_staged.Server.Services.Images.Pushed.RemoveManifest(repository, parts[1]));
    }
}
