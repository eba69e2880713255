using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Core.Tests.Clusters;
using RsolvDeploy.Json;

namespace RsolvDeploy.Core.Tests.Json;

/// <summary>A cursor sees what a reader sees, and passes by what is omitted.</summary>
public class JsonTokensTests
{
    [Fact]
    public void A_cursor_sees_what_a_reader_sees() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(HostileObjects.All, value =>
        {
            var json = Encoding.UTF8.GetBytes(value.ToJsonString());
            var reader = new Utf8JsonReader(json);
            var cursor = JsonTokens.Of(json);
            while (reader.Read())
            {
                if (!cursor.Read() || cursor.TokenType != reader.TokenType) return false;
                if (!cursor.ValueSpan.SequenceEqual(reader.ValueSpan)) return false;
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) continue;
                var text = reader.GetString()!;
                if (cursor.GetString() != text || !cursor.ValueTextEquals(Encoding.UTF8.GetBytes(text))) return false;
                if (cursor.ValueTextEquals(Encoding.UTF8.GetBytes(text + "x"))) return false;
            }

            return !cursor.Read();
        }));

    [Fact]
    public void A_value_is_skipped_and_shown_as_it_is_spelled() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(HostileObjects.All, value =>
        {
            var json = Encoding.UTF8.GetBytes(value.ToJsonString());
            var cursor = JsonTokens.Of(json);
            cursor.Read();
            foreach (var (name, member) in value)
            {
                if (!cursor.Read() || cursor.GetString() != name) return false;
                var inner = cursor;
                inner.Read();
                if (!JsonNode.DeepEquals(JsonNode.Parse(inner.ValueText()), member)) return false;
                cursor.Skip();
                inner.Skip();
                if (inner.Index != cursor.Index) return false;
            }

            return cursor.Read() && cursor.TokenType == JsonTokenType.EndObject && !cursor.Read();
        }));

    [Fact]
    public void What_is_omitted_is_so_for_all_copies()
    {
        var json = """{"a":{"b":1},"c":[2],"d":3}"""u8;
        var cursor = JsonTokens.Of(json);
        var marking = cursor;
        var reading = cursor;
        marking.Read();
        marking.Read();
        marking.Omit(marking.Index);
        reading.Read();
        Assert.True(reading.ReadMember());
        Assert.Equal("c", reading.GetString());
        reading.Skip();
        Assert.True(reading.ReadMember());
        Assert.Equal("d", reading.GetString());
        reading.Skip();
        Assert.False(reading.ReadMember());
    }

    [Fact]
    public void Nothing_is_in_an_object_whose_members_are_omitted()
    {
        var cursor = JsonTokens.Of("""{"a":{"b":1}}"""u8);
        cursor.Read();
        Assert.True(cursor.HasContent());
        cursor.Read();
        var name = cursor.Index;
        cursor.Read();
        Assert.True(cursor.HasContent());
        cursor.Omit(name + 2);
        Assert.False(cursor.HasContent());
    }

    [Fact]
    public void Values_are_read_one_after_the_other()
    {
        using var tokens = new JsonTokens();
        var json = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 2000).Select(one => $"{{\"n\":[{one}]}}"))}]");
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var ranges = new List<Range>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) ranges.Add(tokens.Add(ref reader));
        Assert.Equal(2000, ranges.Count);
        foreach (var (index, range) in ranges.Index())
        {
            Assert.Equal($"{{\"n\":[{index}]}}", Encoding.UTF8.GetString(json[tokens.PositionOf(range)]));
            var cursor = tokens.Cursor(json, range);
            cursor.Read();
            cursor.Skip();
            Assert.False(cursor.Read());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\":}")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    public void What_is_no_JSON_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonTokens.Of(Encoding.UTF8.GetBytes(json)).Read());

    [Fact]
    public void Text_that_is_no_Unicode_is_no_text() => Assert.Throws<InvalidOperationException>(() =>
    {
        var cursor = JsonTokens.Of([(byte)'"', 0xc3, (byte)'"']);
        cursor.Read();
        cursor.GetString();
    });

    [Fact]
    public void What_YAML_spells_alike_is_found_wherever_it_stands() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(
            Gen.Choose(0, 70).ToArbitrary(), Gen.Choose(0, 69).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (length, at, special) =>
            {
                var text = Enumerable.Repeat((byte)'a', length).ToArray();
                if (at < length) text[at] = (byte)special;
                var alike = at >= length || (special is >= ' ' and <= '~' and not '"' and not '\\');
                return JsonText.IsYaml(text) == alike;
            }));

    [Theory]
    [InlineData("a\\nb", true)]
    [InlineData("\\\"\\\\\\r\\t", true)]
    [InlineData("a\\/b", false)]
    [InlineData("\\u0041", false)]
    [InlineData("a\\", false)]
    public void An_escape_is_alike_where_both_have_it(string raw, bool alike) =>
        Assert.Equal(alike, JsonText.IsYaml(Encoding.UTF8.GetBytes(raw)));
}
