using System.IO.Compression;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>Who may write Secrets or ConfigMaps neither fills the memory of an operator nor has a snapshot deleted.</summary>
public sealed class ConfigurationSnapshotTests : IClassFixture<SharedSandbox>, IDisposable
{
    private readonly SharedSandbox _shared;
    private readonly Target _target;
    private readonly ClusterClient _cluster;

    public ConfigurationSnapshotTests(SharedSandbox shared)
    {
        _shared = shared;
        _target = shared.Target with { ReleaseName = $"s-{Guid.NewGuid():n}" };
        _cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task A_small_archive_that_unpacks_to_a_huge_one_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var blanks = new byte[1024 * 1024];
            blanks.AsSpan().Fill((byte)' ');
            for (var number = 0; number < 65; number++) gzip.Write(blanks);
        }

        Assert.InRange(packed.ToArray().Length, 1, 1_000_000); // fits into a Secret
        await CreateAsync("bomb", packed.ToArray());
        var error = await Assert.ThrowsAsync<DeployException>(
            () => new ConfigurationSnapshot(_cluster, _target).FindTemplateAsync($"bomb-{_target.ReleaseName}", Ct));
        Assert.Equal("KeptConfigurationUnreadable", error.Id);
        Assert.Contains("KiB", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_is_removed_from_the_history_keeps_its_snapshot()
    {
        var history = new ReleaseHistory(_cluster, _target);
        var named = await CreateAsync("named", []);
        await history.AppendAsync(new Release("a", DateTimeOffset.UtcNow) { Configuration = named }, Ct);
        await history.AppendAsync(new Release("b", DateTimeOffset.UtcNow), Ct);
        var map = ReleaseHistory.Prefix + _target.ReleaseName;
        _shared.Server.Change(KindInfo.ConfigMaps, map, one =>
        {
            var releases = JsonNode.Parse(one["data"]!["releases.json"]!.GetValue<string>())!.AsArray();
            releases.RemoveAt(1);
            one["data"]!["releases.json"] = releases.ToJsonString();
        });

        var snapshots = new ConfigurationSnapshot(_cluster, _target);
        await snapshots.PruneAsync(Ct);
        Assert.NotNull(await _cluster.FindAsync(ResourceKind.Secrets, _target.Namespace, named, Ct));

        // A history that begins anew names no snapshot.
        await _cluster.DeleteAsync(ResourceKind.ConfigMaps, _target.Namespace, map, Ct);
        await snapshots.PruneAsync(Ct);
        Assert.Null(await _cluster.FindAsync(ResourceKind.Secrets, _target.Namespace, named, Ct));
    }

    private async Task<string> CreateAsync(string name, byte[] objects)
    {
        var created = await _cluster.CreateAsync(
            ResourceKind.Secrets,
            _target.Namespace,
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["type"] = ReleaseHistory.SnapshotType,
                ["metadata"] = new JsonObject
                {
                    ["name"] = $"{name}-{_target.ReleaseName}",
                    ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "rsolvdeploy" },
                    ["annotations"] = new JsonObject { ["rsolv.dev/kept-for"] = _target.ReleaseName },
                },
                ["data"] = new JsonObject { ["objects.json.gz"] = Convert.ToBase64String(objects) },
            },
            dryRun: false,
            Ct);
        return created["metadata"]!["name"]!.GetValue<string>();
    }
}
