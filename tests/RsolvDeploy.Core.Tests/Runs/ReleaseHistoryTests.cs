using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>The cluster remembers the last releases, whoever writes at the same time.</summary>
public sealed class ReleaseHistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Instant = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private SandboxServer _sandbox = null!;
    private Target _target = null!;
    private ClusterClient _cluster = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ReleaseHistory History => new(_cluster, _target);

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        _target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        _cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Releases_come_back_as_they_were_newest_first()
    {
        Assert.Empty(await History.ReadAsync(Ct));
        var release = new Release("r/a@sha256:1", Instant)
        {
            Revision = 3,
            Status = StepStatus.Succeeded,
            By = "me@here",
            RunId = "run-1",
            Reason = "because: \"é\"",
        };
        await History.AppendAsync(release, Ct);
        await History.AppendAsync(new Release("r/a@sha256:2", Instant.AddHours(1)) { Status = StepStatus.Failed, IsRollback = true }, Ct);
        var read = await History.ReadAsync(Ct);
        Assert.Equal(["r/a@sha256:2", "r/a@sha256:1"], read.Select(one => one.Image));
        Assert.Equivalent(release with { Signer = read[1].Signer }, read[1], strict: true);
        Assert.Equal((64, null), (read[1].Signer?.Length, read[1].Problem));
    }

    [Fact]
    public async Task Only_the_last_twenty_are_kept_and_reasons_are_cut()
    {
        for (var number = 0; number < 25; number++)
            await History.AppendAsync(new Release($"r/a@sha256:{number}", Instant) { Reason = new string('x', 5000) }, Ct);
        var read = await History.ReadAsync(Ct);
        Assert.Equal(20, read.Count);
        Assert.Equal(("r/a@sha256:24", "r/a@sha256:5"), (read[0].Image, read[^1].Image));
        Assert.True(
            _sandbox.Objects.Find(KindInfo.ConfigMaps, _target.Namespace, "rsolv-history-rsolv-platform")!.ToJsonString().Length < 100_000);
    }

    [Fact]
    public async Task Nothing_is_lost_when_two_write_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => History.AppendAsync(new Release($"r/a@sha256:{number}", Instant), Ct)));
        Assert.Equal(
            Enumerable.Range(0, 6).Select(number => $"r/a@sha256:{number}"),
            (await History.ReadAsync(Ct)).Select(one => one.Image).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_last_good_release_is_verified_and_another_than_what_runs()
    {
        foreach (var image in new[] { "a", "b", "c", "b" })
            await History.AppendAsync(new Release(image, Instant) { Status = StepStatus.Succeeded }, Ct);
        Assert.Null(ReleaseChoice.LastKnownGood(await History.ReadAsync(Ct), "c"));
        await History.MarkVerifiedAsync("a", Ct);
        Assert.Equal("a", ReleaseChoice.LastKnownGood(await History.ReadAsync(Ct), "c")!.Image);
        await History.MarkVerifiedAsync("b", Ct);
        Assert.Equal([true, false, false, true], (await History.ReadAsync(Ct)).Select(one => one.Verified));
        Assert.Equal("b", ReleaseChoice.LastKnownGood(await History.ReadAsync(Ct), "c")!.Image);
        Assert.Equal("a", ReleaseChoice.LastKnownGood(await History.ReadAsync(Ct), "b")!.Image);
        await History.MarkVerifiedAsync("unknown", Ct);
        Assert.Equal(4, (await History.ReadAsync(Ct)).Count);
    }

    [Theory]
    [InlineData("b", "a", "a")]
    [InlineData("a", "a", "a")]
    [InlineData("c", "a", "a")]
    [InlineData("b", "", null)]
    [InlineData("c", "ab", "b")]
    [InlineData("b", "ab", "a")]
    public void A_way_back_leads_to_good_ground(string running, string verified, string? to)
    {
        Release[] releases = [.. new[] { "c", "b", "a" }.Select(image =>
            new Release(image, Instant) { Status = StepStatus.Succeeded, Verified = verified.Contains(image, StringComparison.Ordinal) })];
        Assert.Equal(to, ReleaseChoice.FindRollback(releases, running).Image);
        if (to is null) return;
        // And a second time stays there.
        Release[] after = [new Release(to, Instant) { Status = StepStatus.Succeeded, IsRollback = true }, .. releases];
        Assert.Equal(to, ReleaseChoice.FindRollback(after, to).Image);
    }

    [Fact]
    public void What_a_release_ran_with_is_found_also_when_it_was_there_before_the_history()
    {
        Release Of(string image, string? with, string? before) =>
            new(image, Instant) { Configuration = with, ConfigurationBefore = before };
        Release[] releases = [Of("c", null, "3"), Of("a", null, null), Of("b", null, "2"), Of("a", "1", "0")];
        Assert.Equal("1", ReleaseChoice.SnapshotFor(releases, "a"));
        // Gone back to after the history began: what was there right before the next release.
        Assert.Equal("3", ReleaseChoice.SnapshotFor(releases[..3], "a"));
        Assert.Equal("0", ReleaseChoice.SnapshotFor(releases, "never remembered"));
        Assert.Null(ReleaseChoice.SnapshotFor([], "a"));
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_is_named_and_not_overwritten()
    {
        _sandbox.Create(new ConfigMapManifest("rsolv-history-rsolv-platform") { Data = { ["releases.json"] = "not json" } });
        Assert.Equal("HistoryUnreadable", (await Assert.ThrowsAsync<DeployException>(() => History.ReadAsync(Ct))).Id);
        await Assert.ThrowsAsync<DeployException>(() => History.AppendAsync(new Release("a", Instant), Ct));
        Assert.Equal("not json", _sandbox.Objects.Find(
            KindInfo.ConfigMaps, _target.Namespace, "rsolv-history-rsolv-platform")!["data"]!["releases.json"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_release_of_an_operator_who_is_not_trusted_chooses_nothing_until_the_configuration_trusts_the_signer()
    {
        var keys = Directory.CreateTempSubdirectory("rsolv-keys-").FullName;
        try
        {
            var colleague = new TrustedSigners(new SigningKey(keys), []);
            await new ReleaseHistory(_cluster, _target, colleague).AppendAsync(Good("a"), Ct);
            await History.AppendAsync(Good("b"), Ct);

            var read = await History.ReadAsync(Ct);
            Assert.Null(read[0].Problem);
            Assert.Contains(read[1].Signer!, read[1].Problem, StringComparison.Ordinal);
            Assert.Equal(["b"], (await History.ReadProvenAsync(SilentReporter.Instance, Ct)).Select(one => one.Image));

            // The certificate to trust is in the ConfigMap, and comes from nowhere else.
            var map = _sandbox.Objects.Find(KindInfo.ConfigMaps, _target.Namespace, "rsolv-history-rsolv-platform")!;
            var trusted = Path.Combine(keys, "colleague.pem");
            await File.WriteAllTextAsync(trusted, map["data"]![$"signer-{read[1].Signer![..16]}.pem"]!.GetValue<string>(), Ct);
            var team = new ReleaseHistory(_cluster, _target with { Signers = [trusted] });
            Assert.All(await team.ReadAsync(Ct), one => Assert.Null(one.Problem));
            Assert.Equal("a", ReleaseChoice.LastKnownGood(await team.ReadAsync(Ct), "b")!.Image);

            // And the colleague's machine trusts mine by the same way.
            Assert.Null(ReleaseChoice.LastKnownGood(
                await new ReleaseHistory(_cluster, _target, colleague).ReadProvenAsync(SilentReporter.Instance, Ct), "a"));
        }
        finally
        {
            Directory.Delete(keys, recursive: true);
        }
    }

    [Fact]
    public async Task A_release_of_another_history_proves_nothing_here()
    {
        await History.AppendAsync(Good("a"), Ct);
        var map = _sandbox.Objects.Find(KindInfo.ConfigMaps, _target.Namespace, "rsolv-history-rsolv-platform")!;
        var copy = new ConfigMapManifest("rsolv-history-other");
        copy.Data["releases.json"] = map["data"]!["releases.json"]!.GetValue<string>();
        _sandbox.Create(copy);
        var other = new ReleaseHistory(_cluster, _target with { ReleaseName = "other" });
        Assert.Contains("changed", Assert.Single(await other.ReadAsync(Ct)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_version_recorded_stays_and_stays_proven()
    {
        await History.AppendAsync(Good("a"), Ct);
        var before = Entry(0);
        await History.AppendAsync(Good("b"), Ct);
        Assert.Equal(before, Entry(1));
    }

    [Fact]
    public async Task A_verification_vouches_for_what_was_seen_to_run_and_for_nothing_else_of_an_entry()
    {
        _sandbox.Create(new ConfigMapManifest("rsolv-history-rsolv-platform")
        {
            Data =
            {
                ["releases.json"] = """
                    [{"image":"a","at":"2026-11-24T12:00:00+00:00","status":"Succeeded","configuration":"rsolv-kept-evil","revision":7}]
                    """,
            },
        });
        Assert.StartsWith("is not signed", Assert.Single(await History.ReadAsync(Ct)).Problem, StringComparison.Ordinal);
        await History.MarkVerifiedAsync("a", Ct);
        var marked = Assert.Single(await History.ReadAsync(Ct));
        Assert.Equal((true, null, null, null), (marked.Verified, marked.Problem, marked.Configuration, marked.Revision));
    }

    private static Release Good(string image) => new(image, Instant) { Status = StepStatus.Succeeded, Verified = true };

    private string Entry(int index)
    {
        var map = _sandbox.Objects.Find(KindInfo.ConfigMaps, _target.Namespace, "rsolv-history-rsolv-platform")!;
        return JsonNode.Parse(map["data"]!["releases.json"]!.GetValue<string>())![index]!.ToJsonString();
    }
}
