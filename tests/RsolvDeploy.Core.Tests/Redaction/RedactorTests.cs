using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Redaction;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Redaction;

/// <summary>The values that were read in a session are removed wherever they occur.</summary>
public sealed class RedactorTests
{
    private readonly Redactor _redactor = new();

    [Fact]
    public void A_known_value_is_removed_in_every_form()
    {
        const string value = "plain words & signs";
        _redactor.Add(value);
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        Assert.Equal("a (not shown) b", _redactor.Apply($"a {value} b"));
        Assert.Equal("a (not shown) b", _redactor.Apply($"a {base64} b"));
        Assert.Equal("a (not shown) b", _redactor.Apply($"a {Uri.EscapeDataString(value)} b"));
        Assert.Equal("(not shown)(not shown)", _redactor.Apply(value + value));
    }

    [Theory]
    [InlineData("\\u0022", "\\u003C")] // .NET
    [InlineData("\\\"", "<")] // .NET, relaxed
    [InlineData("\\\"", "\\u003c")] // Go, as the API server quotes it
    public void A_known_value_is_removed_where_JSON_quotes_it(string quote, string less)
    {
        _redactor.Add("plain \"words\" <signs");
        Assert.Equal("{'a':'(not shown)'}", _redactor.Apply($"{{'a':'plain {quote}words{quote} {less}signs'}}"));
    }

    [Fact]
    public void An_error_names_what_it_is_about_without_a_value()
    {
        _redactor.Add("canary-value");
        var named = Error("remedy canary-value", "of canary-value").Redact(_redactor);
        Assert.Equal(("remedy (not shown)", "of (not shown)"), (named.Remedy, named.Subject));

        var field = new FieldDifference("metadata.a", "canary-value", null);
        var about = Error("remedy", new StateDifference("ConfigMap", "one", ObjectChange.Changed, [field])).Redact(_redactor);
        Assert.Equal("(not shown)", ((StateDifference)about.Subject!).Fields[0].Backup);

        static DeployException Error(string remedy, object subject) =>
            new("Id", FaultCategory.InvalidData, "message", remedy) { Subject = subject };
    }

    [Fact]
    public void The_longest_value_wins()
    {
        _redactor.Add("canary");
        _redactor.Add("canary-and-more");
        Assert.Equal("(not shown)!", _redactor.Apply("canary-and-more!"));
        Assert.Equal("(not shown)-and-less", _redactor.Apply("canary-and-less"));
    }

    [Fact]
    public void Values_of_a_Secret_are_known_with_their_lines()
    {
        _redactor.AddSecret(new SecretManifest("one") { Text = { ["KEY"] = "first line of it\nsecond line of it" } }.ToJson());
        Assert.Equal("(not shown), (not shown)", _redactor.Apply("first line of it, second line of it"));
    }

    [Fact]
    public void Names_of_the_configuration_stay()
    {
        _redactor.Except("production");
        _redactor.Add("production");
        Assert.Equal("production/app", _redactor.Apply("production/app"));
    }

    [Fact]
    public void All_texts_of_a_document_are_redacted_in_place()
    {
        _redactor.Add("canary-value");
        var document = JsonNode.Parse("""{"a":"x canary-value","b":[1,"canary-value",{"c":"password=hunter2"}],"d":null}""")!;
        _redactor.Apply(document);
        Assert.Equal("""{"a":"x (not shown)","b":[1,"(not shown)",{"c":"password=(not shown)"}],"d":null}""", document.ToJsonString());
    }

    [Fact]
    public void An_exception_is_redacted_with_those_behind_it()
    {
        _redactor.Add("canary-value");
        Exception thrown;
        try
        {
            throw new InvalidOperationException("outer", new FormatException("it is 'canary-value'"));
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }

        var shown = _redactor.Apply(thrown);
        Assert.DoesNotContain("canary-value", shown.ToString(), StringComparison.Ordinal);
        Assert.Null(shown.InnerException);
        Assert.Contains(nameof(An_exception_is_redacted_with_those_behind_it), shown.ToString(), StringComparison.Ordinal); // the stack
        Assert.Same(thrown.InnerException!.GetType(), typeof(FormatException));
        var clean = new InvalidOperationException("nothing in it");
        Assert.Same(clean, _redactor.Apply(clean));
    }

    // Random texts around random values: none survives, and all the rest does.
    [Fact]
    public void No_value_survives_and_nothing_else_is_lost()
    {
        var random = new Random(20261128);
        for (var round = 0; round < 300; round++)
        {
            var values = Enumerable.Range(0, 20).Select(_ => Word(random, random.Next(6, 30))).ToList();
            var redactor = new Redactor();
            values.ForEach(redactor.Add);
            var parts = Enumerable.Range(0, 10)
                .Select(_ => (Value: values[random.Next(20)], Around: new string('.', random.Next(0, 5))))
                .ToList();
            var shown = redactor.Apply(string.Concat(parts.Select(part => part.Around + part.Value)));
            Assert.Equal(string.Concat(parts.Select(part => part.Around + "(not shown)")), shown);
        }
    }

    private static string Word(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z' + 1)));

    // Taken away later, a color inside a value would have hidden it from the search and then shown it whole.
    [Fact]
    public void A_value_with_a_color_inside_is_removed()
    {
        var redactor = new Redactor();
        redactor.Add("hunter2-canary");
        Assert.Equal("sent (not shown) ok", redactor.Apply("sent hun\u001b[1mter2-can\u001b[0mary ok"));
    }
}
