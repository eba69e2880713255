using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Errors;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>The objects of a list of several chunks share files; each is still read, proved and decrypted alone.</summary>
public sealed class SharedFileTests(ManyObjects made) : IClassFixture<ManyObjects>, IDisposable
{
    private const string Map = "configmaps/map-0499.and-more.yaml";
    private const int SeparatorLength = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-shared-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_object_equals_the_one_of_the_cluster()
    {
        using var folder = BackupFolder.Open(made.Backup.Path!, made.Keys);
        await folder.VerifyAsync(Ct);
        Assert.Equal(BackupManifest.CurrentVersion, folder.Manifest.Version);
        foreach (var item in folder.Manifest.Items)
        {
            var kind = KindInfo.All.Single(one => one.Kind == item.Kind);
            var live = made.Made.Sandbox.Objects.Find(kind, item.Namespace, item.Name)!;
            live.Remove("status");
            foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp", "generation" })
                live["metadata"]!.AsObject().Remove(field);
            Assert.True(JsonNode.DeepEquals(live, await folder.ReadObjectAsync(item, Ct)), item.Name);
        }

        Assert.Equal("kube-root-ca.crt", Assert.Single(folder.Manifest.Omitted).Name);
    }

    [Fact]
    public void A_file_is_named_after_its_first_object()
    {
        Assert.Equal(
            [
                "configmaps/map-0000.and-more.yaml",
                "configmaps/map-0499.and-more.yaml",
                "configmaps/map-0999.and-more.yaml",
                "deployments/rsolv-platform.yaml",
                "secrets/rsolv-secrets.and-more.yaml.cms",
                "secrets/secret-0499.and-more.yaml.cms",
            ],
            made.Backup.Items.Where(item => item.Offset is null or 0).Select(item => item.File).Order(StringComparer.Ordinal));
        Assert.Null(made.Backup.Items.Single(item => item.Kind == "Deployment").Offset);
        Assert.All(made.Backup.Items.Where(item => item.Kind != "Deployment"), item => Assert.NotNull(item.Offset));
    }

    [Fact]
    public void A_file_of_many_objects_is_yaml_of_many_documents()
    {
        var documents = File.ReadAllText(Path.Combine(made.Backup.Path!, Map)).Split("\n---\n");
        var read = documents.Select(text => ObjectYamlReader.Read(Encoding.UTF8.GetBytes(text + "\n"))).ToList();
        Assert.Equal(
            made.Backup.Items.Where(item => item.File == Map).Select(item => item.Name),
            read.Select(one => one["metadata"]!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Openssl_opens_one_secret_that_was_cut_out()
    {
        var item = made.Backup.Items.Single(one => one.Name == "secret-0321");
        Assert.NotEqual(0, item.Offset);
        var cut = Path.Combine(_folder, "one.cms");
        var file = await File.ReadAllBytesAsync(Path.Combine(made.Backup.Path!, item.File), Ct);
        await File.WriteAllBytesAsync(cut, file.AsMemory((int)item.Offset!, (int)item.Size), Ct);
        var secret = ObjectYamlReader.Read(await OpenSsl.DecryptAsync(cut, "-inkey", made.Keys.KeyPath));
        Assert.Equal(Convert.ToBase64String("value-of-secret-321"u8), secret["data"]!["k"]!.GetValue<string>());
    }

    [Fact]
    public async Task With_every_object_encrypted_no_value_is_readable_and_each_object_is_read()
    {
        var backup = await made.Made.WriteAsync(
            Ct, plan => plan with { Encryption = plan.Encryption with { Everything = true } }, destination: _folder);
        Assert.All(backup.Items, item => Assert.EndsWith(".yaml.cms", item.File, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(backup.Path!, "*.cms", SearchOption.AllDirectories))
            Assert.DoesNotContain("a: ", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Ct)), StringComparison.Ordinal);
        using var folder = BackupFolder.Open(backup.Path!, made.Keys);
        await folder.VerifyAsync(Ct);
        var map = await folder.ReadObjectAsync("ConfigMap", "map-0777", Ct);
        Assert.Equal("---\na: 777\r\n...", map["data"]!["k"]!.GetValue<string>());
    }

    [Fact]
    public void A_file_ends_with_the_object_that_makes_it_longer_than_a_mebibyte()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "configmaps"));
        using var sealer = new CmsSealer([], null);
        using var writer = new ObjectWriter(_folder, "shop", sealer, encryptAll: false);
        var objects = Enumerable.Range(0, 10).Select(index =>
            $$$"""{"metadata":{"name":"m{{{index}}}","namespace":"shop","resourceVersion":"7"},"data":{"k":"{{{new string('x', 300_000)}}}"}}""");
        var list = new SensitiveBuffer();
        list.Write(Encoding.UTF8.GetBytes($$"""{"metadata":{"resourceVersion":"7"},"items":[{{string.Join(',', objects)}}]}"""));
        using var chunk = Cluster.ListChunk.Read(list);
        chunk.IsOneOfSeveral = true;
        var written = writer.Write(ResourceKind.ConfigMaps, chunk);
        Assert.Equal(
            ["m0", "m0", "m0", "m0", "m4", "m4", "m4", "m4", "m8", "m8"],
            written.Select(one => one.Item!.File["configmaps/".Length..].Split('.')[0]));
        foreach (var file in written.GroupBy(one => one.Item!.File))
            Assert.Equal(file.Max(one => one.Item!.End), new FileInfo(Path.Combine(_folder, file.Key)).Length);
    }

    [Theory]
    [InlineData("flip a byte of an object")]
    [InlineData("write something between two objects")]
    [InlineData("append an object")]
    [InlineData("cut off the last object")]
    [InlineData("swap two objects")]
    public async Task Every_change_of_a_shared_file_is_detected(string change)
    {
        var backup = made.CopyTo(Path.Combine(_folder, "copy"));
        var path = Path.Combine(backup, Map);
        var items = made.Backup.Items.Where(item => item.File == Map).ToList();
        var (first, second) = (items[0], items[1]);
        Assert.Equal(first.Size, second.Size);
        var bytes = await File.ReadAllBytesAsync(path, Ct);
        switch (change)
        {
            case "flip a byte of an object": bytes[second.Offset!.Value + (second.Size / 2)] ^= 1; break;
            case "write something between two objects": "# \n\n"u8.CopyTo(bytes.AsSpan((int)first.Size)); break;
            case "append an object": bytes = [.. bytes, .. "---\n"u8, .. bytes.AsSpan(0, (int)first.Size)]; break;
            case "cut off the last object": bytes = bytes[..(int)(items[^1].Offset!.Value - SeparatorLength)]; break;
            default:
                var held = bytes[..(int)first.Size];
                bytes.AsSpan((int)second.Offset!, (int)second.Size).CopyTo(bytes);
                held.CopyTo(bytes.AsSpan((int)second.Offset!));
                break;
        }

        await File.WriteAllBytesAsync(path, bytes, Ct);
        using var folder = BackupFolder.Open(backup, made.Keys);
        var fault = await Assert.ThrowsAsync<DeployException>(() => folder.VerifyAsync(Ct));
        Assert.Equal("BackupCorrupt", fault.Id);
        Assert.Contains(Map, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("offset", "null")]
    [InlineData("offset", "0")]
    [InlineData("offset", "-1")]
    [InlineData("offset", "5")]
    [InlineData("offset", "9223372036854775807")]
    [InlineData("size", "-1")]
    [InlineData("size", "9223372036854775807")]
    [InlineData("size", "1")]
    [InlineData("encrypted", "true")]
    [InlineData("file", "\"configmaps/map-0000.and-more.yaml\"")]
    [InlineData("file", "\"configmaps/other.yaml\"")]
    public async Task A_signed_manifest_whose_places_do_not_fit_is_refused(string field, string value)
    {
        var backup = made.CopyTo(Path.Combine(_folder, "copy"));
        ForgedManifest.Write(
            backup,
            text =>
            {
                var manifest = JsonNode.Parse(text)!.AsObject();
                var item = manifest["items"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == "map-0501")!;
                item[field] = JsonNode.Parse(value);
                return manifest.ToJsonString();
            },
            made.Keys);
        var fault = await Assert.ThrowsAsync<DeployException>(async () =>
        {
            using var folder = BackupFolder.Open(backup, made.Keys);
            await folder.VerifyAsync(Ct);
        });
        Assert.Equal("BackupCorrupt", fault.Id);
    }

    [Fact]
    public async Task The_last_object_of_a_file_cannot_be_said_to_be_longer()
    {
        var backup = made.CopyTo(Path.Combine(_folder, "copy"));
        ForgedManifest.Write(
            backup,
            text =>
            {
                var manifest = JsonNode.Parse(text)!.AsObject();
                manifest["items"]!.AsArray().Last(one => one!["file"]!.GetValue<string>() == Map)!["size"] = 1L << 40;
                return manifest.ToJsonString();
            },
            made.Keys);
        using var folder = BackupFolder.Open(backup, made.Keys);
        var last = folder.Manifest.Items.Last(item => item.File == Map);
        Assert.Equal("BackupCorrupt", (await Assert.ThrowsAsync<DeployException>(() => folder.ReadObjectAsync(last, Ct))).Id);
    }
}
