using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Cluster.Yaml;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>What a backup's YAML says is what the cluster said, to our reader and to another.</summary>
public class ObjectYamlTests
{
    [Fact]
    public void Every_object_comes_back_as_it_was() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(HostileObjects.All, resource => JsonNode.DeepEquals(resource, ObjectYamlReader.Read(Written(resource)))));

    [Fact]
    public void Another_reader_sees_the_same_texts() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(HostileObjects.All, resource =>
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(Encoding.UTF8.GetString(Written(resource))));
            return Same(resource, stream.Documents.Single().RootNode);
        }));

    [Theory]
    [InlineData('\u2028')]
    [InlineData('\u0080')]
    [InlineData('k')]
    public void Keys_of_every_length_come_back(char letter)
    {
        for (var length = 100; length < 1100; length += 7)
        {
            var resource = new JsonObject { [new string(letter, length)] = 1 };
            Assert.True(JsonNode.DeepEquals(resource, ObjectYamlReader.Read(Written(resource))), $"{length} letters");
        }
    }

    [Theory]
    [InlineData("\"a\": &x \"b\"\n")]
    [InlineData("\"a\": *x\n")]
    [InlineData("\"a\": !!int \"5\"\n")]
    [InlineData("\"a\": 1\n\"a\": 2\n")]
    [InlineData("\"a\": 1\n---\n\"b\": 2\n")]
    [InlineData("\"a\": text\n")]
    [InlineData("a: 1\n")]
    [InlineData("- 1\n")]
    [InlineData("\"a\": 'b'\n")]
    [InlineData("\"a\": |\n  b\n")]
    [InlineData("\"a\": [1\n")]
    [InlineData("")]
    public void What_could_mean_two_things_is_refused(string yaml) =>
        Assert.Throws<FormatException>(() => ObjectYamlReader.Read(Encoding.UTF8.GetBytes(yaml)));

    [Fact]
    public void Deep_nesting_and_bytes_that_are_no_text_are_refused()
    {
        Assert.Throws<FormatException>(() => ObjectYamlReader.Read(Encoding.UTF8.GetBytes("\"a\": " + new string('[', 5000))));
        Assert.Throws<FormatException>(() => ObjectYamlReader.Read([(byte)'"', 0xff, 0xfe, (byte)'"']));
    }

    [Fact]
    public void A_refusal_never_repeats_the_text()
    {
        var fault = Assert.Throws<FormatException>(() => ObjectYamlReader.Read(Encoding.UTF8.GetBytes("\"password\": correct-horse\n")));
        Assert.DoesNotContain("correct-horse", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("line 1", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain-name", "plain-name")]
    [InlineData("UPPER", "%55%50%50%45%52")]
    [InlineData("..", "%2e.")]
    [InlineData("a/../../b", "a%2f..%2f..%2fb")]
    [InlineData("con", "%con")]
    public void A_name_that_is_no_file_name_is_encoded(string name, string file)
    {
        Assert.Equal(file, ObjectFileName.For(name));
        Assert.True(ObjectFileName.IsSafePath($"configmaps/{ObjectFileName.For(name)}.yaml"));
    }

    [Fact]
    public void Different_names_never_share_a_file() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(ArbMap.Default.ArbFor<Tuple<NonNull<string>, NonNull<string>>>(), pair =>
        {
            var (left, right) = (pair.Item1.Get, pair.Item2.Get);
            var same = Encoding.UTF8.GetBytes(left).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(right));
            return same == string.Equals(ObjectFileName.For(left), ObjectFileName.For(right), StringComparison.OrdinalIgnoreCase);
        }));

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("secrets/../../x")]
    [InlineData("secrets/.hidden")]
    [InlineData("secrets/a/b")]
    [InlineData("secrets\\a")]
    [InlineData("secrets/A")]
    [InlineData("x")]
    [InlineData("")]
    public void A_path_that_leaves_the_folder_is_none(string path) => Assert.False(ObjectFileName.IsSafePath(path));

    private static readonly JsonSerializerOptions AsServer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static byte[] Written(JsonObject resource)
    {
        // As the server spells it: characters beyond ASCII as they are, some others escaped.
        var buffer = new ArrayBufferWriter<byte>();
        ObjectYamlWriter.Write(JsonSerializer.SerializeToUtf8Bytes(resource, AsServer), buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static bool Same(JsonNode? json, YamlNode yaml) => (json, yaml) switch
    {
        (JsonObject left, YamlMappingNode right) => left.Count == right.Children.Count
            && left.All(pair => right.Children.TryGetValue(new YamlScalarNode(pair.Key), out var value) && Same(pair.Value, value)),
        (JsonArray left, YamlSequenceNode right) =>
            left.Count == right.Children.Count && left.Zip(right.Children).All(pair => Same(pair.First, pair.Second)),
        (null, YamlScalarNode { Value: "null", Style: YamlDotNet.Core.ScalarStyle.Plain }) => true,
        (JsonValue left, YamlScalarNode right) => left.TryGetValue<string>(out var text)
            ? right.Value == text && right.Style == YamlDotNet.Core.ScalarStyle.DoubleQuoted
            : right.Value == left.ToJsonString() && right.Style == YamlDotNet.Core.ScalarStyle.Plain,
        _ => false,
    };
}
