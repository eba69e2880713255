using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>Who may write the ConfigMap of a history, but has no key, removes nothing from it unseen.</summary>
public sealed class HistorySealTests : IClassFixture<SharedSandbox>, IAsyncLifetime
{
    private const string Releases = "releases.json";
    private const string Seal = "seal.json";

    private static readonly DateTimeOffset Instant = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly SandboxServer _sandbox;
    private Target _target;
    private readonly ClusterClient _cluster;
    private readonly WarningRecorder _reporter = new();

    public HistorySealTests(SharedSandbox shared)
    {
        _sandbox = shared.Server;
        // A history of its own for each test.
        _target = shared.Target with { ReleaseName = $"h-{Guid.NewGuid():n}" };
        _cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ReleaseHistory History => new(_cluster, _target);

    private string Name => ReleaseHistory.Prefix + _target.ReleaseName;

    public async ValueTask InitializeAsync()
    {
        foreach (var image in new[] { "a", "b", "c" }) await AppendAsync(image);
    }

    public ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        return default;
    }

    [Fact]
    public async Task A_history_that_only_the_module_writes_has_no_gap()
    {
        await History.MarkVerifiedAsync("b", Ct);
        await History.RecordSchemaAsync(new Release("a", Instant) { Schema = 7 }, Ct);
        for (var number = 0; number < ReleaseHistory.MostReleases; number++) await AppendAsync($"n{number}");
        await History.MarkVerifiedAsync("n3", Ct);
        Assert.Null((await ReadAsync()).Missing);
        Assert.Equal(ReleaseHistory.MostReleases, (await ReadAsync()).Releases.Count);
        Assert.Empty(_reporter.Warnings);
    }

    [Theory]
    [InlineData(0, "c of 2026-11-24 12:00 UTC is missing", "")]
    [InlineData(1, "b of 2026-11-24 12:00 UTC is missing", "c")]
    [InlineData(2, "a of 2026-11-24 12:00 UTC is missing", "cb")]
    public async Task A_release_that_somebody_removes_is_named_and_what_is_older_chooses_nothing_unattended(
        int index, string missing, string left)
    {
        Change(releases => releases.RemoveAt(index));
        await AssertMissingAsync(missing, left);
        // A person is asked, and warned.
        Assert.Equal(2, (await History.ReadProvenAsync(_reporter, Ct)).Count);
        Assert.Contains(missing, _reporter.Warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_releases_that_somebody_removes_are_named()
    {
        Edit(data => data.Remove(Releases));
        await AssertMissingAsync("a of 2026-11-24 12:00 UTC is missing", "");
    }

    [Fact]
    public async Task Releases_in_another_order_choose_nothing_unattended()
    {
        Change(releases =>
        {
            var last = releases[2];
            releases.RemoveAt(2);
            releases.Insert(0, last);
        });
        await AssertMissingAsync("the order of the releases was changed", "");
    }

    [Fact]
    public async Task A_release_twice_chooses_nothing_unattended()
    {
        Change(releases => releases.Insert(0, releases[2]!.DeepClone()));
        await AssertMissingAsync("the order of the releases was changed", "");
    }

    [Fact]
    public async Task An_earlier_form_of_a_release_is_found()
    {
        var earlier = Entries()[1]!.ToJsonString();
        await History.RecordSchemaAsync(new Release("b", Instant) { Schema = 7 }, Ct);
        Change(releases => releases[1] = JsonNode.Parse(earlier));
        await AssertMissingAsync("b of 2026-11-24 12:00 UTC is not in the signed list", "");
    }

    [Fact]
    public async Task A_removed_seal_is_named()
    {
        Edit(data => data.Remove(Seal));
        await AssertMissingAsync("the signed list of the releases was removed", "");
    }

    [Theory]
    [InlineData("\"serial\":3", "\"serial\":4", "was changed after it was signed")]
    [InlineData("{", "", "cannot be read")]
    [InlineData("\"signature\"", "\"sign\"", "is not signed")]
    public async Task A_changed_seal_is_named(string from, string to, string problem)
    {
        Edit(data =>
        {
            var seal = data[Seal]!.GetValue<string>();
            Assert.Contains(from, seal, StringComparison.Ordinal);
            data[Seal] = seal.Replace(from, to, StringComparison.Ordinal);
        });
        await AssertMissingAsync($"the signed list of the releases {problem}", "");
    }

    [Fact]
    public async Task An_older_state_that_is_put_back_is_found_by_a_machine_that_saw_the_newer_one()
    {
        var before = Data().DeepClone();
        await AppendAsync("d");
        Edit(data =>
        {
            data[Releases] = before[Releases]!.GetValue<string>();
            data[Seal] = before[Seal]!.GetValue<string>();
        });
        await AssertMissingAsync("change 4, which this machine saw, is gone: an older state was put back", "");
    }

    [Fact]
    public async Task What_is_missing_stays_known_until_twenty_releases_are_newer()
    {
        Change(releases => releases.RemoveAt(1));
        await History.MarkVerifiedAsync("a", Ct);
        await AppendAsync("d");
        await AssertMissingAsync("b of 2026-11-24 12:00 UTC is missing", "dc");
        for (var number = 0; number < ReleaseHistory.MostReleases - 3; number++) await AppendAsync($"n{number}");
        Assert.Contains("b of", (await ReadAsync()).Missing, StringComparison.Ordinal);
        await AppendAsync("last");
        Assert.Null((await ReadAsync()).Missing);
    }

    [Fact]
    public async Task A_history_of_a_version_without_seals_chooses_as_before_and_is_sealed_by_the_next_change()
    {
        _target = _target with { ReleaseName = "of-an-older-version" };
        _sandbox.Create(new ConfigMapManifest(Name) { Data = { [Releases] = "[]" } });
        var entry = new JsonObject { ["image"] = "old", ["at"] = "2026-11-23T12:00:00+00:00", ["status"] = "Succeeded" };
        using (var signer = SigningKey.ForUser().Load(Instant))
        {
            entry["signer"] = signer.Certificate.Fingerprint;
            var uid = _sandbox.Objects.Find(KindInfo.ConfigMaps, _target.Namespace, Name)!["metadata"]!["uid"];
            var content = $"{uid} {_target.Namespace}/{Name}\n{entry.ToJsonString()}";
            entry["signature"] = signer.Sign("rsolvdeploy release", content).Value;
        }

        Edit(data => data[Releases] = new JsonArray(entry).ToJsonString());
        var read = await ReadAsync();
        Assert.Equal(("old", null, null), (read.Releases[0].Image, read.Releases[0].Problem, read.Missing));

        await AppendAsync("new");
        Assert.Null((await ReadAsync()).Missing);
        Change(releases => releases.RemoveAt(1));
        await AssertMissingAsync("old of 2026-11-23 12:00 UTC is missing", "new");
    }

    [Fact]
    public async Task Operators_who_trust_each_other_leave_no_gap()
    {
        using var colleague = new Colleague(_target, trustsUs: true);
        await colleague.HistoryOn(_cluster).AppendAsync(Good("d"), Ct);
        // Ours alone trusts nobody else yet.
        await AssertMissingAsync($"the signed list of the releases is signed by {colleague.Fingerprint}", "");

        _target = _target with { Signers = [colleague.Certificate] };
        Assert.Equal("dcba", Images(await ReadAsync()));
        await AppendAsync("e");
        Assert.Equal((5, null), await colleague.ReadAsync(_cluster));
        await colleague.HistoryOn(_cluster).MarkVerifiedAsync("a", Ct);
        Assert.Equal("edcba", Images(await ReadAsync()));
        Assert.Null((await ReadAsync()).Missing);
    }

    [Fact]
    public async Task Who_writes_over_a_seal_of_a_stranger_seals_the_gap_along()
    {
        using var stranger = new Colleague(_target, trustsUs: false);
        await stranger.HistoryOn(_cluster).AppendAsync(Good("d"), Ct);
        await AppendAsync("e");
        await AssertMissingAsync("the signed list of the releases is signed by", "e");
    }

    [Fact]
    public async Task A_deleted_history_chooses_nothing_and_the_next_one_begins_anew()
    {
        await _cluster.DeleteAsync(ResourceKind.ConfigMaps, _target.Namespace, Name, Ct);
        Assert.Equal(("", null), (Images(await ReadAsync()), (await ReadAsync()).Missing));
        await AppendAsync("d");
        Assert.Equal(("d", null), (Images(await ReadAsync()), (await ReadAsync()).Missing));
        Assert.Empty(_reporter.Warnings);
    }

    [Fact]
    public async Task A_history_of_a_restored_namespace_chooses_nothing_until_releases_are_recorded()
    {
        var saved = new ConfigMapManifest(Name);
        foreach (var (key, value) in Data()) saved.Data[key] = value!.GetValue<string>();
        await _cluster.DeleteAsync(ResourceKind.ConfigMaps, _target.Namespace, Name, Ct);
        _sandbox.Create(saved);
        await AssertMissingAsync("the signed list of the releases was changed after it was signed", "");
        await AppendAsync("d");
        Assert.Equal("d", Images(await ReadAsync()));
    }

    [Fact]
    public async Task Writers_and_readers_at_once_see_no_gap()
    {
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                for (var number = 0; number < 3; number++) await AppendAsync($"w{writer}-{number}");
            },
            Ct)).ToList();
        var all = Task.WhenAll(writers);
        do Assert.Null((await ReadAsync()).Missing);
        while (!all.IsCompleted);
        await all;
        var read = await ReadAsync();
        Assert.Equal((15, null), (read.Releases.Count, read.Missing));
    }

    private async Task AssertMissingAsync(string missing, string left)
    {
        var read = await ReadAsync();
        Assert.Contains(missing, read.Missing, StringComparison.Ordinal);
        Assert.Equal(left, Images(read));
        Assert.Contains(missing, Assert.Single(_reporter.Warnings), StringComparison.Ordinal);
    }

    private Task<(IReadOnlyList<Release> Releases, string? Missing)> ReadAsync() => History.ReadUnattendedAsync(_reporter, Ct);

    private Task AppendAsync(string image) => History.AppendAsync(Good(image), Ct);

    private static Release Good(string image) => new(image, Instant) { Status = StepStatus.Succeeded, Verified = true };

    private static string Images((IReadOnlyList<Release> Releases, string? Missing) read) =>
        string.Concat(read.Releases.Select(one => one.Image));

    private JsonObject Data() => _sandbox.Objects.Find(KindInfo.ConfigMaps, _target.Namespace, Name)!["data"]!.AsObject();

    private JsonArray Entries() => JsonNode.Parse(Data()[Releases]!.GetValue<string>())!.AsArray();

    private void Edit(Action<JsonObject> edit) => _sandbox.Change(KindInfo.ConfigMaps, Name, map => edit(map["data"]!.AsObject()));

    private void Change(Action<JsonArray> change) => Edit(data =>
    {
        var releases = JsonNode.Parse(data[Releases]!.GetValue<string>())!.AsArray();
        change(releases);
        data[Releases] = releases.ToJsonString();
    });

    // Another operator, with a key and a machine of their own.
    private sealed class Colleague : IDisposable
    {
        private readonly string _keys = Directory.CreateTempSubdirectory("rsolv-keys-").FullName;
        private readonly Target _target;
        private readonly TrustedSigners _trusted;

        public Colleague(Target target, bool trustsUs)
        {
            _target = target;
            _trusted = new TrustedSigners(new SigningKey(_keys), trustsUs ? [SigningKey.ForUser().CertificatePath] : []);
            using var signer = _trusted.Own.Load(Instant);
            (Certificate, Fingerprint) = (_trusted.Own.CertificatePath, signer.Certificate.Fingerprint);
        }

        public string Certificate { get; }

        public string Fingerprint { get; }

        public ReleaseHistory HistoryOn(ClusterClient cluster) => new(cluster, _target, _trusted);

        public async Task<(int Releases, string? Missing)> ReadAsync(ClusterClient cluster)
        {
            var read = await HistoryOn(cluster).ReadUnattendedAsync(SilentReporter.Instance, Ct);
            return (read.Releases.Count, read.Missing);
        }

        public void Dispose() => Directory.Delete(_keys, recursive: true);
    }
}
