using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Panels;
using RsolvDeploy.Dashboards.Variables;
using RsolvDeploy.Sandbox.Monitoring;
using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>Where variables stand in text, and what holds for every value.</summary>
public class InterpolationTests
{
    private static readonly Dictionary<string, VariableValue> Server = VariableFormatTests.Values("server", ["a.b"]);

    [Theory]
    [InlineData("apps.$server.count", "apps.a.b.count")]
    [InlineData("apps.${server}xyz", "apps.a.bxyz")]
    [InlineData("apps.[[server]].count", "apps.a.b.count")]
    [InlineData("[[server:regex]]", "a\\.b")]
    [InlineData("${server:regex}", "a\\.b")]
    [InlineData("$serverx", "$serverx")] // another variable, which does not exist
    [InlineData("$__timeFilter(time) ${none} [[none]] $$server", "$__timeFilter(time) ${none} [[none]] $a.b")]
    [InlineData("{{instance}} [5m] 100$", "{{instance}} [5m] 100$")]
    public void The_documented_syntaxes_are_replaced_and_nothing_else(string text, string expected) =>
        Assert.Equal(expected, new Interpolation(Server).Apply(text));

    [Fact]
    public void Every_text_of_a_query_is_replaced_and_its_members_stay()
    {
        var query = JsonNode.Parse("""{"$server":"$server","n":1,"list":["${server}",null,{"deep":"x$server"}]}""");
        Assert.Equal(
            """{"$server":"a.b","n":1,"list":["a.b",null,{"deep":"xa.b"}]}""", new Interpolation(Server).Apply(query)!.ToJsonString());
    }

    [Fact]
    public void A_value_is_not_interpolated_again()
    {
        var values = VariableFormatTests.Values("a", ["$b"]);
        values["b"] = VariableValue.One("b", "secret");
        Assert.Equal("$b", new Interpolation(values).Apply("$a"));
    }

    [Fact]
    public void A_regex_matches_exactly_its_values_whatever_they_are()
    {
        var property = Prop.ForAll(Lists(), Texts(), (values, other) =>
        {
            var pattern = new Interpolation(VariableFormatTests.Values("v", [.. values])).Apply("${v:regex}");
            var regex = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return values.All(value => regex.IsMatch(value)) && regex.IsMatch(other) == values.Contains(other);
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    [Fact]
    public void A_selector_of_PromQL_selects_exactly_the_values_whatever_they_are()
    {
        // The oracle is the sandbox's parser of PromQL, which knows nothing of dashboards.
        var property = Prop.ForAll(Lists(), Texts(), (values, other) =>
        {
            var text = new Interpolation(VariableFormatTests.Values("v", [.. values], isList: true)) { Format = VariableFormat.Prometheus }
                .Apply("up{job=\"x\",l=~\"$v\"}");
            var selector = Assert.IsType<Selector>(Parser.Parse(text));
            return values.All(value => selector.Matches(Series(value))) && selector.Matches(Series(other)) == values.Contains(other);
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    [Fact]
    public void A_text_without_variables_stays_as_it_is()
    {
        var property = Prop.ForAll(Texts(), text =>
            text.Contains("server", StringComparison.Ordinal) || new Interpolation(Server).Apply(text) == text);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    [Theory]
    // The expressions and filters of the tests of Grafana's data source.
    [InlineData("metric{job=\"foo\"} - metric", "metric{job=\"foo\", k1=\"v1\", k2!=\"v2\"} - metric{k1=\"v1\", k2!=\"v2\"}")]
    [InlineData("sum by (job) (rate(http_total[5m] offset 1h)) > bool 0",
        "sum by (job) (rate(http_total{k1=\"v1\", k2!=\"v2\"}[5m] offset 1h)) > bool 0")]
    [InlineData("sum(a{x=\"}\"}) without (le)", "sum(a{x=\"}\", k1=\"v1\", k2!=\"v2\"}) without (le)")]
    [InlineData("a / on(x) group_left(y) b", "a{k1=\"v1\", k2!=\"v2\"} / on(x) group_left(y) b{k1=\"v1\", k2!=\"v2\"}")]
    [InlineData("{__name__=~\"a.*\"} and 1e3 < time()", "{__name__=~\"a.*\", k1=\"v1\", k2!=\"v2\"} and 1e3 < time()")]
    [InlineData("label_replace(up{}, \"up\", \"$1\", \"x\", \"(.*)\")",
        "label_replace(up{k1=\"v1\", k2!=\"v2\"}, \"up\", \"$1\", \"x\", \"(.*)\")")]
    public void Ad_hoc_filters_are_added_to_every_selector(string expression, string expected) =>
        Assert.Equal(
            expected, AdHocFilters.Apply(expression, [new AdHocFilter("k1", "=", "v1"), new AdHocFilter("k2", "!=", "v2")]));

    [Fact]
    public void An_expression_without_filters_stays_as_it_is() => Assert.Equal("a{b=\"c\"", AdHocFilters.Apply("a{b=\"c\"", []));

    private static LabelSet Series(string label) =>
        new(new Dictionary<string, string> { ["__name__"] = "up", ["job"] = "x", ["l"] = label });

    private static Arbitrary<string> Texts() => Gen.Elements([.. @"ab.*+?()[]{}|^$\/'""-_:; 0é".Select(one => one.ToString())])
        .NonEmptyListOf().Select(parts => string.Concat(parts)).ToArbitrary();

    private static Arbitrary<IList<string>> Lists() =>
        Texts().Generator.NonEmptyListOf().Select(values => (IList<string>)[.. values.Distinct().Take(5)]).ToArbitrary();
}
