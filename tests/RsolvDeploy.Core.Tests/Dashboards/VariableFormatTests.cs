using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>
/// The formats of variables. The expected texts are those of Grafana's documentation ("Variable syntax") and, where it is silent, of the
/// tests of its formatter; not what this code does.
/// </summary>
public class VariableFormatTests
{
    public static TheoryData<string, string[], string> Documented => new()
    {
        { "csv", ["test1", "test2"], "test1,test2" },
        { "distributed", ["test1", "test2"], "test1,servers=test2" },
        { "distributed", ["test"], "test" },
        { "doublequote", ["test1", "test2"], "\"test1\",\"test2\"" },
        { "doublequote", ["test", "test\"2"], "\"test\",\"test\\\"2\"" },
        { "doublequote", ["test"], "\"test\"" },
        { "glob", ["test1", "test2"], "{test1,test2}" },
        { "json", ["test1", "test2"], "[\"test1\",\"test2\"]" },
        { "lucene", ["test", "test2"], "(\"test\" OR \"test2\")" },
        { "percentencode", ["foo()bar BAZ", "test2"], "%7Bfoo%28%29bar%20BAZ%2Ctest2%7D" },
        { "pipe", ["test1.", "test2"], "test1.|test2" },
        { "raw", ["test1.", "test2"], "test1.,test2" },
        { "regex", ["test1.", "test2"], "(test1\\.|test2)" },
        { "regex", ["Gi3/14"], "Gi3\\/14" },
        { "singlequote", ["test1", "test2"], "'test1','test2'" },
        { "singlequote", ["test", "test'2"], "'test','test\\'2'" },
        { "sqlstring", ["test'1", "test2"], "'test''1','test2'" },
        { "text", ["test1", "test2"], "test1 + test2" },
        { "queryparam", ["test1", "test2"], "var-servers=test1&var-servers=test2" },
        { "delimiter:;", ["test", "test2"], "test;test2" },
        { "join:;", ["test", "test2"], "test;test2" },
        { "nonexistentformat", ["test", "test1"], "{test,test1}" },
        { "nonexistentformat", ["test"], "test" },
    };

    [Theory]
    [MemberData(nameof(Documented))]
    public void A_format_is_the_documented_one(string format, string[] servers, string expected) =>
        Assert.Equal(expected, new Interpolation(Values("servers", servers)).Apply($"${{servers:{format}}}"));

    [Theory]
    [InlineData("${__from}", "1594671549254")]
    [InlineData("${__from:date}", "2020-07-13T20:19:09.254Z")]
    [InlineData("${__from:date:iso}", "2020-07-13T20:19:09.254Z")]
    [InlineData("${__from:date:seconds}", "1594671549")]
    [InlineData("${__from:date:YYYY-MM}", "2020-07")]
    public void A_time_is_written_as_documented(string text, string expected)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(1594671549254);
        var values = BuiltInValues.Of(new TimeRange(from, from.AddHours(1))).ToDictionary(value => value.Name);
        Assert.Equal(expected, new Interpolation(values).Apply(text));
    }

    [Theory]
    // One value of a variable that allows several is a pattern; of one that does not it is text.
    [InlineData(true, "host.1", @"host\\.1")]
    [InlineData(false, "host.1", "host.1")]
    [InlineData(true, "a|b", @"a\\|b")]
    [InlineData(false, "say \"x\"", "say \\\"x\\\"")]
    public void A_single_value_is_escaped_for_PromQL_as_its_variable_allows_it(bool isList, string value, string expected)
    {
        var text = new Interpolation(Values("host", [value], isList)) { Format = VariableFormat.Prometheus };
        Assert.Equal($"up{{instance=~\"{expected}\"}}", text.Apply("up{instance=~\"$host\"}"));
    }

    [Fact]
    public void Several_values_are_alternatives_in_PromQL_and_a_custom_all_value_is_never_escaped()
    {
        var several = new Interpolation(Values("host", ["host1", "host2"], isList: true)) { Format = VariableFormat.Prometheus };
        var all = new VariableValue("host", [new VariableOption("a", "a")]) { IsAll = true, IsList = true, Literal = ".*" };

        Assert.Equal("(host1|host2)", several.Apply("$host"));
        Assert.Equal(
            ".* All",
            new Interpolation(new Dictionary<string, VariableValue> { ["host"] = all }) { Format = VariableFormat.Prometheus }
                .Apply("$host ${host:text}"));
    }

    [Theory]
    [InlineData("prometheus", "-prometheus")]
    [InlineData("grafana-amazonprometheus-datasource", "-prometheus")]
    [InlineData("loki", "-prometheus")]
    [InlineData("influxdb", "regex")]
    [InlineData("elasticsearch", "lucene")]
    [InlineData("graphite", "glob")]
    [InlineData("postgres", "-sql")]
    public void A_data_source_has_its_own_format(string type, string expected) => Assert.Equal(expected, VariableFormat.For(type));

    internal static Dictionary<string, VariableValue> Values(string name, string[] values, bool? isList = null) => new()
    {
        [name] = new VariableValue(name, [.. values.Select(value => new VariableOption(value, value))])
        {
            IsList = isList ?? values.Length > 1,
        },
    };
}
