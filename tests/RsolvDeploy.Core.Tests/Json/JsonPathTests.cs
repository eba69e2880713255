using System.Text.Json;
using RsolvDeploy.Json.Paths;

namespace RsolvDeploy.Core.Tests.Json;

/// <summary>JSON paths, by the examples and rules of RFC 9535.</summary>
public class JsonPathTests
{
    /// <summary>The document of the RFC's section 1.5, with a health document beside it.</summary>
    private const string Store = """
        {
          "store": {
            "book": [
              { "category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95 },
              { "category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99 },
              { "category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99 },
              { "category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8", "price": 22.99 }
            ],
            "bicycle": { "color": "red", "price": 399 }
          },
          "a.b": "dotted",
          "checks": [
            { "name": "database", "status": "ok", "latency": { "ms": 12 } },
            { "name": "redis", "status": "down", "optional": true },
            { "name": "queue", "status": null }
          ]
        }
        """;

    [Theory]
    [InlineData("$.store.book[*].author", "Nigel Rees|Evelyn Waugh|Herman Melville|J. R. R. Tolkien")]
    [InlineData("$.store.book[2].author", "Herman Melville")]
    [InlineData("$.store.book[-1].title", "The Lord of the Rings")]
    [InlineData("$['store']['bicycle'][\"color\"]", "red")]
    [InlineData("$['a.b']", "dotted")]
    [InlineData("$.store.bicycle.*", "red|399")]
    [InlineData("$.store.book[?@.isbn].title", "Moby Dick|The Lord of the Rings")]
    [InlineData("$.store.book[?(@.price < 10)].title", "Sayings of the Century|Moby Dick")]
    [InlineData("$.store.book[?@.price<10 && @.category=='fiction'].title", "Moby Dick")]
    [InlineData("$.store.book[?@.price > 20 || @.author == \"Nigel Rees\"].price", "8.95|22.99")]
    [InlineData("$.store.book[?!@.isbn].price", "8.95|12.99")]
    [InlineData("$.store.book[?!(@.price < 10)].price", "12.99|22.99")]
    [InlineData("$.checks[?@.name == 'redis'].status", "down")]
    [InlineData("$.checks[?@.optional == true].name", "redis")]
    [InlineData("$.checks[?@.status == null].name", "queue")]
    [InlineData("$.checks[?@.status != 'ok'].name", "redis|queue")]
    [InlineData("$.checks[?@.latency.ms >= 12].name", "database")]
    [InlineData("$.checks[?@.missing == @.absent].name", "database|redis|queue")]
    [InlineData("$.checks[?@.name < 1].name", "")]
    [InlineData("$.checks[3].name", "")]
    [InlineData("$.checks.name", "")]
    [InlineData("$.store[0]", "")]
    public void A_path_finds_what_the_RFC_finds(string path, string expected)
    {
        using var document = JsonDocument.Parse(Store);

        Assert.Equal(expected, string.Join('|', JsonPath.Parse(path).Select(document.RootElement).Select(JsonPath.TextOf)));
    }

    [Fact]
    public void Every_value_of_a_repeated_member_is_found()
    {
        using var document = JsonDocument.Parse("""{"database":"ok","database":"down"}""");

        Assert.Equal(["ok", "down"], JsonPath.Parse("$.database").Select(document.RootElement).Select(JsonPath.TextOf));
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_an_error_where_it_is_read()
    {
        using var document = JsonDocument.Parse("""{"a":"\ud800","b":"ok"}""");

        Assert.Equal("ok", JsonPath.TextOf(JsonPath.Parse("$.b").Select(document.RootElement)[0]));
        Assert.Throws<InvalidOperationException>(() => JsonPath.TextOf(JsonPath.Parse("$.a").Select(document.RootElement)[0]));
    }

    [Theory]
    [InlineData("", "column 1: expected $")]
    [InlineData("a", "column 1: expected $")]
    [InlineData("$.", "column 3: expected the name of a member")]
    [InlineData("$.1", "column 4: expected the name of a member")]
    [InlineData("$[", "column 3: expected an index, a name in quotes, * or ?")]
    [InlineData("$[1", "column 4: expected ]")]
    [InlineData("$['a]", "column 6: expected '")]
    [InlineData("$[?@.a ==]", "column 10: expected @, a text in quotes, a number, true, false or null")]
    [InlineData("$[?(@.a]", "column 8: expected )")]
    [InlineData("$[?'a']", "column 7: expected a comparison")]
    [InlineData("$ .a", "column 2: expected a member, an index or the end")]
    [InlineData("$..a", "column 3: expected the name of a member")]
    public void What_is_no_path_is_refused_with_its_column(string path, string message)
    {
        Assert.Equal(message, Assert.Throws<FormatException>(() => JsonPath.Parse(path)).Message);
        Assert.False(JsonPath.IsValid(path));
    }

    [Fact]
    public void Endless_parentheses_are_refused() =>
        Assert.Throws<FormatException>(() => JsonPath.Parse($"$[?{new string('(', 100_000)}"));
}
