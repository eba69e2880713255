using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Steps;
using RsolvDeploy.Deployments;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Manifests;
using RsolvDeploy.Migrations;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;
using RsolvDeploy.Signing;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>A run is signed off when its criteria are met and its approvals given, and its record proves it.</summary>
public sealed class SignOffTests : IAsyncLifetime
{
    private const string Approval = "approval.engineering-lead";
    private readonly string _keys = Directory.CreateTempSubdirectory("rsolv-keys-").FullName;
    private readonly SigningKey _lead;
    private SandboxServer _sandbox = null!;

    public SignOffTests() => _lead = new SigningKey(Path.Combine(_keys, "lead"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StepInvocation SignOff => StepInvocation.Create(new CompletionStep(), new CompletionOptions { Comment = "done" });

    private static StepInvocation Publish => StepInvocation.Create(new PublishStep(), new PublishOptions { Phase = "signed" });

    private static StepInvocation Verify => StepInvocation.Create(new VerificationStep(), new VerificationOptions());

    public async ValueTask InitializeAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);

    public async ValueTask DisposeAsync()
    {
        await _sandbox.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    [Fact]
    public async Task A_run_is_signed_off_once_what_is_open_was_decided_and_its_record_proves_it()
    {
        using var front = Front();
        var outcomes = await front.RunAsync(Publish, Update(), Migrate, Verify, SignOff);
        front.Complete();
        Assert.Equal(("ChecksOpen", StepStatus.Skipped), (outcomes[^1].Error?.Id, outcomes[^1].Result.Status));
        Assert.Contains(Approval, outcomes[^1].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Manual, outcomes[^1].Result.Checks.Single(check => check.Id == Approval).Status);
        Assert.Null(front.Recorded().Completed);

        await DecideAsync(front, "lead@elsewhere", approved: false);
        Assert.Contains("rejected by lead@elsewhere", (await AgainAsync(front)).Error?.Message, StringComparison.Ordinal);
        await DecideAsync(front, "lead@elsewhere");
        var signed = (RunSignOff)(await AgainAsync(front)).Result;
        Assert.Equal((StepStatus.Succeeded, DeploymentOutcome.Succeeded), (signed.Status, signed.Outcome));
        Assert.All(signed.Checks, check => Assert.True(
            check.Status is CheckStatus.Passed or CheckStatus.Warning or CheckStatus.Skipped, $"{check}: {check.Evidence}"));

        var recorded = front.Recorded();
        Assert.Equal((RunState.Completed, RunLedger.Actor), (recorded.ToRecord().State, recorded.ToRecord().CompletedBy));
        Assert.Equal([false, true], recorded.Approvals.Select(one => one.Approved));
        var release = Assert.Single(await ReleasesAsync(front));
        Assert.Equal((RunLedger.Actor, front.RunId), (release.CompletedBy, release.RunId));
        Assert.Equal("", (string?)_sandbox.Lock()["spec"]!["holderIdentity"]);
        var proof = await ProveAsync(front);
        Assert.Equal((Verdict.Passed, null), (proof.Verdict, RunProver.ErrorOf(proof)));
        Assert.All(proof.Checks, check => Assert.Equal((check.Id, CheckStatus.Passed), (check.Id, check.Status)));

        // A second sign-off changes nothing.
        Assert.Equal(signed.SignedOffAt, ((RunSignOff)(await AgainAsync(front)).Result).SignedOffAt);
        Assert.Single(front.Recorded().Text.Lines, line => line.Event == LedgerEvent.Completed);
    }

    [Fact]
    public async Task With_the_rule_of_two_persons_the_approval_of_the_operator_does_not_count()
    {
        using var front = Front();
        front.Target = front.Target with { Policy = front.Target.Policy with { TwoPersonRule = true } };
        await front.RunAsync(Publish, Update(), Migrate, Verify);
        front.Complete();
        var refused = Assert.Throws<Errors.DeployException>(
            () => new CheckApproval(front.Target, front.RunId, new OpenLedgers()).Find(["approval.*"]));
        Assert.Equal("TwoPersonRule", refused.Id);
        await DecideAsync(front, $"{Environment.UserName}@another-machine");
        Assert.Equal("ChecksOpen", (await AgainAsync(front)).Error?.Id);
        // Another name, but the key of the operator.
        await DecideAsync(front, "lead@elsewhere", key: SigningKey.ForUser());
        Assert.Equal("ChecksOpen", (await AgainAsync(front)).Error?.Id);
        await DecideAsync(front, "lead@elsewhere");
        Assert.Equal(DeploymentOutcome.Succeeded, ((RunSignOff)(await AgainAsync(front)).Result).Outcome);
    }

    [Fact]
    public async Task The_approval_of_a_stranger_does_not_count_and_the_warning_says_why()
    {
        using var front = Front();
        await front.RunAsync(Publish, Update(), Migrate, Verify);
        front.Complete();
        await DecideAsync(front, "lead@elsewhere", key: new SigningKey(Path.Combine(_keys, "stranger")));
        using var again = new PlainFrontEnd(_sandbox, front.RunId) { Target = front.Target };
        Assert.Equal("ChecksOpen", Assert.Single(await again.RunAsync(SignOff)).Error?.Id);
        Assert.Contains(again.Warnings, warning => warning.Contains("who is not trusted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_not_measured_is_open()
    {
        using var front = Front();
        front.Target = front.Target with { Approvals = [] };
        var outcome = (await front.RunAsync(Publish, Update(), SignOff))[^1];
        Assert.Equal("ChecksOpen", outcome.Error?.Id);
        Assert.Contains("success.health (not measured in this run: health.status)", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("success.pods", outcome.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_rolled_back_is_closed_without_approvals()
    {
        _sandbox.Faults.Inject(Fault.CrashLoop, 1);
        using var front = Front();
        var outcome = (await front.RunAsync(Publish, Update(rollback: true), Verify, SignOff))[^1];
        Assert.Equal((StepStatus.Succeeded, null), (outcome.Result.Status, outcome.Error));
        Assert.Equal(DeploymentOutcome.RolledBack, ((RunSignOff)outcome.Result).Outcome);
        front.Complete();
        var record = front.Recorded().ToRecord();
        Assert.Equal((RunState.Failed, DeploymentOutcome.RolledBack), (record.State, record.Outcome));
    }

    [Fact]
    public async Task A_sign_off_is_attested_once_and_what_fails_is_a_warning_that_can_be_repeated()
    {
        using var front = Front();
        front.Target = front.Target with { Approvals = [], Promotion = new PromotionSettings { Attest = true } };
        await front.RunAsync(Publish, Update(), Migrate, Verify);
        front.Complete();
        _sandbox.Services.Images.Credential = new RegistryCredential("nobody", "sbxsecret-registry");
        using var refused = new PlainFrontEnd(_sandbox, front.RunId) { Target = front.Target };
        var signed = Assert.IsType<RunSignOff>(Assert.Single(await refused.RunAsync(SignOff)).Result);
        refused.Complete();
        Assert.Equal((StepStatus.Succeeded, null), (signed.Status, signed.Attestation));
        Assert.Contains(refused.Warnings, warning => warning.StartsWith("The sign-off is not attested:", StringComparison.Ordinal));

        _sandbox.Services.Images.Credential = null;
        signed = (RunSignOff)(await AgainAsync(front)).Result;
        var image = front.Recorded().Steps.Single(step => step.Kind == StepKind.Update).Result!.Image!;
        var one = Assert.Single(
            await ImageAttestations.ReadAsync(front.Target, image, DockerEnvironment.Current, Ct), one => one.RunId == front.RunId);
        Assert.Equal((signed.Attestation, "production", null), (one.Reference, one.Environment, one.Problem));
        Assert.StartsWith("deployed and signed off on production by ", one.Summary, StringComparison.Ordinal);
        Assert.Equal(signed.Attestation, ((RunSignOff)(await AgainAsync(front)).Result).Attestation);
        Assert.Equal(2, (await ImageAttestations.ReadAsync(front.Target, image, DockerEnvironment.Current, Ct)).Count);
    }

    [Fact]
    public async Task A_step_joins_a_recorded_run_and_reads_its_last_good_result()
    {
        using var front = Front();
        await front.RunAsync(Publish, Update());
        front.Complete();
        var joined = Assert.IsType<Rollout>(RunJoin.Previous(front.Target, front.RunId, StepKind.Verification));
        Assert.Equal(front.Recorded().Steps[^1].Result!.Image, joined.Image);
        var other = Assert.Throws<Errors.DeployException>(
            () => RunJoin.Previous(front.Target with { Name = "staging" }, front.RunId, StepKind.Verification));
        Assert.Equal("RunOfOtherTarget", other.Id);
        Assert.Equal(
            "RunNotFound",
            Assert.Throws<Errors.DeployException>(() => RunJoin.Previous(front.Target, "20200101-000000-abcdef", StepKind.Update)).Id);
    }

    private static StepInvocation Migrate => StepInvocation.Create(new MigrationStep(), new MigrationOptions());

    private static StepInvocation Update(bool rollback = false) =>
        StepInvocation.Create(new UpdateStep(), new UpdateOptions { RollbackOnFailure = rollback });

    // The lead signs with a key of their own, whose certificate the target trusts.
    private PlainFrontEnd Front()
    {
        _lead.Load(DateTimeOffset.UtcNow).Dispose();
        var front = new PlainFrontEnd(_sandbox);
        front.Target = front.Target with { Approvals = ["engineering-lead"], Signers = [_lead.CertificatePath] };
        return front;
    }

    // A later session signs the recorded run off.
    private async Task<StepOutcome> AgainAsync(PlainFrontEnd first)
    {
        using var front = new PlainFrontEnd(_sandbox, first.RunId) { Target = first.Target };
        var outcome = Assert.Single(await front.RunAsync(SignOff));
        front.Complete();
        return outcome;
    }

    private async Task DecideAsync(PlainFrontEnd front, string by, bool approved = true, SigningKey? key = null)
    {
        using var cluster = ClusterClient.Connect(front.Target, SilentReporter.Instance);
        await new ApprovalStore(cluster, front.Target, new TrustedSigners(key ?? _lead, [])).AppendAsync(
            [new Approval(front.RunId, Approval, approved, by, DateTimeOffset.UtcNow) { Comment = "looked at it" }], Ct);
    }

    private static async Task<IReadOnlyList<Release>> ReleasesAsync(PlainFrontEnd front)
    {
        using var cluster = ClusterClient.Connect(front.Target, SilentReporter.Instance);
        return await new ReleaseHistory(cluster, front.Target).ReadAsync(Ct);
    }

    private static Task<RunProof> ProveAsync(PlainFrontEnd front) =>
        new RunProver(TimeProvider.System).ProveAsync(front.Recorded(), (_, _) => ReleasesAsync(front), Ct);
}
