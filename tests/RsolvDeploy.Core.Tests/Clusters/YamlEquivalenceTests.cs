using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Json;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>What was written is held against what it was written from, and a changed byte never passes.</summary>
public class YamlEquivalenceTests
{
    [Fact]
    public void What_was_written_means_what_it_was_written_from() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(HostileObjects.All, value => YamlEquivalence.Matches(Write(value), Tokens(Json(value)))));

    [Fact]
    public void A_changed_byte_means_something_else() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            HostileObjects.All, Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (value, at, flip) =>
            {
                var yaml = Write(value);
                yaml[at % yaml.Length] ^= (byte)flip;
                // A byte of an escape may change to another spelling of the same character; then the text still
                // means the same to every reader.
                return !YamlEquivalence.Matches(yaml, Tokens(Json(value))) || JsonNode.DeepEquals(ObjectYamlReader.Read(yaml), value);
            }));

    [Theory]
    [InlineData("\"a\": \"1\"\n", "{\"a\": 1}")]
    [InlineData("\"a\": 1\n", "{\"a\": \"1\"}")]
    [InlineData("\"a\": 1\n\"b\": 2\n", "{\"a\": 1}")]
    [InlineData("\"a\": 1\n", "{\"a\": 1, \"b\": 2}")]
    [InlineData("\"a\": \"x", "{\"a\": \"x\"}")]
    [InlineData("\"a\": \"\\", "{\"a\": \"x\"}")]
    [InlineData("", "{\"a\": 1}")]
    public void Another_text_is_refused(string yaml, string value) =>
        Assert.False(YamlEquivalence.Matches(Encoding.UTF8.GetBytes(yaml), Tokens(Encoding.UTF8.GetBytes(value))));

    private static JsonCursor Tokens(byte[] json) => JsonTokens.Of(json);

    private static byte[] Json(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString());

    private static byte[] Write(JsonObject value)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ObjectYamlWriter.Write(Json(value), output);
        return output.WrittenSpan.ToArray();
    }
}
