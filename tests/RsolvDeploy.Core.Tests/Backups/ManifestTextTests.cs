using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A manifest is written as the serializer writes it, but for the lines of its items.</summary>
public sealed class ManifestTextTests
{
    private static readonly string[] Texts =
    [
        "", "app", "a.b-c_d~0", "\"", "\\", "</script>", "a\nb", "\u0000", "\u007f", "ü", "😀", "\u2028", "x\"items\": [",
        "\n  \"items\": [",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void No_item_is_an_empty_list() => AssertWritten([]);

    [Fact]
    public void Every_text_and_number_is_what_the_serializer_writes()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 200; round++)
        {
            Ct.ThrowIfCancellationRequested();
            AssertWritten([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Item(random))]);
        }
    }

    [Theory]
    [InlineData(65_500, 1)]
    [InlineData(200_000, 3)] // longer than the piece that is written at once
    [InlineData(900, 300)]
    public void Long_texts_and_many_items_are_written_whole(int length, int count) =>
        AssertWritten([.. Enumerable.Range(0, count).Select(index =>
            new ManifestItem("v1", "Secret", new string('x', length), $"ü{index}", "f", "00", index, true))]);

    [Fact]
    public void Each_item_has_a_line()
    {
        var text = Write(Manifest([Item("a") with { Offset = 5, Owners = ["Job/a", "b"] }, Item("b")]));
        const string Common = "\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\"";
        const string End = "\"sha256\": \"00\", \"size\": 7, \"encrypted\": false";
        Assert.Contains(
            $$"""
              "items": [
                { {{Common}}, "name": "a", "namespace": "ns", "file": "configmaps/a.yaml", {{End}}, "offset": 5, "owners": ["Job/a", "b"] },
                { {{Common}}, "name": "b", "namespace": "ns", "file": "configmaps/b.yaml", {{End}} }
              ],
            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal);
    }

    private static ManifestItem Item(string name) => new("v1", "ConfigMap", name, "ns", $"configmaps/{name}.yaml", "00", 7, false);

    private static ManifestItem Item(Random random)
    {
        return new ManifestItem(Text(), Text(), Text(), Text(), Text(), Text(), random.NextInt64(), random.Next(2) == 0)
        {
            Offset = random.Next(2) == 0 ? null : random.NextInt64(long.MinValue, long.MaxValue),
            Owners = random.Next(3) switch { 0 => null, 1 => [], _ => [Text(), Text()] },
        };

        string Text() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Texts[random.Next(Texts.Length)]));
    }

    private static void AssertWritten(IReadOnlyList<ManifestItem> items)
    {
        var manifest = Manifest(items);
        var expected = JsonSerializer.SerializeToNode(manifest, ManifestJson.Default.BackupManifest);
        var written = Write(manifest);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(written)), written);
    }

    private static string Write(BackupManifest manifest)
    {
        using var stream = new MemoryStream();
        ManifestFile.Write(stream, manifest);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream.ToArray());
    }

    private static BackupManifest Manifest(IReadOnlyList<ManifestItem> items) => new()
    {
        Tool = "RsolvDeploy\n  \"items\": [",
        Target = "production",
        Cluster = "https://10.0.0.1:6443",
        Context = "c",
        Namespace = "ns",
        Deployment = "\"items\": []",
        RunId = "r",
        Created = new DateTimeOffset(2026, 11, 30, 1, 2, 3, TimeSpan.Zero),
        Encryption = new ManifestEncryption("CMS", [new ManifestRecipient("passphrase")]),
        Signature = new ManifestSignature("CN=a", "aa"),
        Kinds = [new ManifestKind("v1", "Secret", "secrets", "7")],
        Items = items,
        Omitted = [new ManifestOmission("Secret", "t", "is a token")],
    };
}
