using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A forged backup with correct hashes and a correct signature is refused before anything is written.</summary>
public sealed class MaliciousBackupTests : IClassFixture<BackedUpSandbox>, IDisposable
{
    private const string Map = "configmaps/rsolv-config.yaml";
    private readonly BackedUpSandbox _made;
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-malicious-").FullName;
    private readonly string _backup;

    public MaliciousBackupTests(BackedUpSandbox made)
    {
        _made = made;
        _backup = made.CopyTo(Path.Combine(_folder, "backup"));
        File.Copy(Path.Combine(_backup, Map), Path.Combine(_folder, "outside.yaml"));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SandboxServer Sandbox => _made.Sandbox;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("../outside.yaml")]
    [InlineData("configmaps/../../outside.yaml")]
    [InlineData("/etc/hostname")]
    [InlineData("C:/windows/win.ini")]
    [InlineData("configmaps\\rsolv-config.yaml")]
    [InlineData("configmaps/a/b.yaml")]
    [InlineData("configmaps/.hidden")]
    [InlineData("configmaps/rsolv-config.yaml\u0000")]
    [InlineData("")]
    public Task A_path_that_leads_elsewhere_is_refused(string path) => RefusedAsync(() =>
        Forge(manifest => manifest["items"]!.AsArray().Single(item => item!["file"]!.GetValue<string>() == Map)!["file"] = path));

    [Fact]
    public Task A_folder_that_is_a_link_is_refused() => RefusedAsync(() =>
    {
        var maps = Path.Combine(_backup, "configmaps");
        Directory.Move(maps, Path.Combine(_folder, "elsewhere"));
        Directory.CreateSymbolicLink(maps, Path.Combine(_folder, "elsewhere"));
    });

    [Theory]
    [InlineData("\"a\": &x [\"lol\"]\n\"b\": [*x, *x]\n")]
    [InlineData("\"apiVersion\": \"v1\"\n\"apiVersion\": \"v1\"\n")]
    [InlineData("\"apiVersion\": \"v1\"\n---\n\"kind\": \"ConfigMap\"\n")]
    [InlineData("\"apiVersion\": !!python/object/apply:os.system [\"id\"]\n")]
    public Task A_file_that_could_mean_something_else_is_refused(string yaml) => RefusedAsync(() => ForgeFile(_ => yaml));

    [Fact]
    public Task Nesting_without_an_end_is_refused() => RefusedAsync(() => ForgeFile(_ => "\"a\": " + new string('[', 100_000)));

    [Fact]
    public Task A_number_of_a_million_digits_is_refused() =>
        RefusedAsync(() => ForgeFile(text => text + $"\"n\": {new string('9', 1_000_000)}\n"));

    [Fact]
    public Task A_file_larger_than_any_object_is_not_read() => RefusedAsync(() =>
    {
        using (var file = File.OpenWrite(Path.Combine(_backup, Map))) file.SetLength(1L << 40); // sparse: it takes no room
        Forge(manifest => Item(manifest)["size"] = 1L << 40);
    });

    [Theory]
    [InlineData("size", "-1")]
    [InlineData("size", "1e999")]
    [InlineData("size", "99999999999999999999999999")]
    [InlineData("sha256", "null")]
    [InlineData("sha256", "\"\"")]
    [InlineData("kind", "\"Secret\"")]
    [InlineData("name", "\"another\"")]
    [InlineData("namespace", "\"kube-system\"")]
    public Task An_item_that_does_not_fit_its_file_is_refused(string field, string value) =>
        RefusedAsync(() => Forge(manifest => Item(manifest)[field] = JsonNode.Parse(value)));

    [Fact]
    public Task A_repeated_key_of_the_manifest_is_refused() => RefusedAsync(() => ForgedManifest.Write(
        _backup,
        text => text.Replace("\"namespace\":", "\"namespace\": \"kube-system\", \"namespace\":", StringComparison.Ordinal),
        _made.Keys));

    [Fact]
    public Task A_cluster_scoped_kind_is_refused() => RefusedAsync(() =>
    {
        const string Binding = "{\"apiVersion\": \"rbac.authorization.k8s.io/v1\", \"kind\": \"ClusterRoleBinding\", \"metadata\": "
            + "{\"name\": \"rsolv-config\", \"namespace\": \"rsolv-production\"}}";
        ForgeFile(_ => Binding);
        Forge(manifest => (Item(manifest)["apiVersion"], Item(manifest)["kind"]) = ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"));
    });

    [Fact]
    public Task An_object_of_another_namespace_is_refused() =>
        RefusedAsync(() => ForgeFile(text => text.Replace("rsolv-production", "kube-system", StringComparison.Ordinal)));

    [Fact]
    public async Task A_backup_of_another_namespace_writes_only_to_the_requested_one()
    {
        ForgeFile(text => text.Replace("rsolv-production", "kube-system", StringComparison.Ordinal));
        Forge(manifest =>
        {
            var items = manifest["items"]!.AsArray();
            foreach (var other in items.Where(item => item!["file"]!.GetValue<string>() != Map).ToList()) items.Remove(other);
            foreach (var other in Directory.EnumerateFiles(_backup, "*.*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith("rsolv-config.yaml", StringComparison.Ordinal) && Path.GetDirectoryName(file) != _backup))
            {
                File.Delete(other);
            }

            var kinds = manifest["kinds"]!.AsArray();
            foreach (var other in kinds.Where(kind => kind!["kind"]!.GetValue<string>() != "ConfigMap").ToList()) kinds.Remove(other);
            manifest["namespace"] = "kube-system";
            Item(manifest)["namespace"] = "kube-system";
        });
        var seen = Sandbox.Requests.Count;
        Sandbox.Objects.Update(KindInfo.ConfigMaps, Sandbox.Namespace, "rsolv-config", map =>
        {
            map["data"]!.AsObject()["LOG_LEVEL"] = "changed";
            return map;
        });
        await RestoreAsync();
        var writes = Sandbox.Requests.Skip(seen).Where(request => request.Method is not "GET").ToList();
        Assert.NotEmpty(writes);
        Assert.All(
            writes,
            request => Assert.Contains($"/namespaces/{Sandbox.Namespace}/configmaps/rsolv-config", request.Path, StringComparison.Ordinal));
    }

    private async Task RefusedAsync(Action forge)
    {
        forge();
        var written = Writes();
        var fault = await Assert.ThrowsAnyAsync<DeployException>(RestoreAsync);
        Assert.Equal("BackupCorrupt", fault.Id);
        Assert.Equal(written, Writes());
    }

    private int Writes() => Sandbox.Requests.Count(request => request.Method is not "GET");

    private async Task RestoreAsync()
    {
        using var backup = BackupFolder.Open(_backup, _made.Keys);
        using var cluster = ClusterClient.Connect(_made.Target, SilentReporter.Instance);
        var plan = await StateRestorer.PlanAsync(cluster, _made.Target, backup, new ObjectFilter([], []), Ct);
        using var ledger = RunLedger.Open(new RunFolder("20261124-130000-bbbbbb", Path.Combine(_folder, "runs")));
        await StateRestorer.ApplyAsync(cluster, plan with { Prune = true, Recreate = true }, ledger, SilentReporter.Instance, Ct);
    }

    private static JsonObject Item(JsonObject manifest) =>
        manifest["items"]!.AsArray().Single(item => item!["file"]!.GetValue<string>() == Map)!.AsObject();

    private void Forge(Action<JsonObject> change) => ForgedManifest.Write(_backup, text =>
    {
        var manifest = JsonNode.Parse(text)!.AsObject();
        change(manifest);
        return manifest.ToJsonString();
    }, _made.Keys);

    private void ForgeFile(Func<string, string> change)
    {
        var path = Path.Combine(_backup, Map);
        var bytes = Encoding.UTF8.GetBytes(change(File.ReadAllText(path)));
        File.WriteAllBytes(path, bytes);
        Forge(manifest =>
        {
            Item(manifest)["size"] = bytes.Length;
            Item(manifest)["sha256"] = ForgedManifest.Hash(bytes);
        });
    }
}
