using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Variables;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>The options of variables: lists, regular expressions and orders.</summary>
public class VariableOptionsTests
{
    [Theory]
    [InlineData("1,10,20", "1=1 10=10 20=20")]
    [InlineData("key1 : value1,key2 : value2", "key1=value1 key2=value2")]
    [InlineData(" a , , b\\,c ", "a=a b,c=b,c")]
    [InlineData("", "")]
    public void A_list_is_read(string list, string expected) => Assert.Equal(expected, Show(VariableOptions.FromList(list)));

    [Theory]
    // The examples of the documentation, "Filter variables with regex".
    [InlineData("/.*(01|02)/", "01=01 02=02")]
    [InlineData("/(01|02)$/", "01=01 02=02")]
    [InlineData("/backend_01/", "backend_01=backend_01")]
    [InlineData("/(?<text>back.*)_(?<value>.*)/", "backend=01 backend=02 backend=03 backend=04")]
    [InlineData("/BACKEND_04/i", "backend_04=backend_04")]
    [InlineData("backend_0[12]", "backend_01=backend_01 backend_02=backend_02")]
    [InlineData("backend", "")] // without slashes it is the whole value
    public void A_regular_expression_selects_and_cuts(string regex, string expected)
    {
        var found = Enumerable.Range(1, 4).Select(number => new VariableOption($"backend_0{number}", $"backend_0{number}"));
        Assert.Equal(expected, Show(VariableOptions.From(found, regex, 0)));
    }

    [Theory]
    [InlineData(0, "b10 B2 a1 b2")]
    [InlineData(1, "B2 a1 b10 b2")]
    [InlineData(2, "b2 b10 a1 B2")]
    [InlineData(3, "a1 B2 b2 b10")]
    [InlineData(4, "b10 b2 B2 a1")]
    [InlineData(5, "a1 b10 B2 b2")]
    [InlineData(7, "B2 a1 b2 b10")]
    public void The_order_is_the_variables(int sort, string expected) => Assert.Equal(
        expected,
        string.Join(' ', VariableOptions.From(new[] { "b10", "B2", "a1", "b2", "b2" }.Select(one => new VariableOption(one, one)), "", sort)
            .Select(option => option.Value)));

    [Theory]
    [InlineData("/(/")]
    [InlineData("/(a+)+$/")]
    public void A_regular_expression_that_is_none_or_takes_too_long_is_an_error(string regex)
    {
        var error = Assert.Throws<DeployException>(() => VariableOptions.From(
            [new VariableOption("x", new string('a', 40) + "!")], regex, 0));
        Assert.Equal("VariableInvalid", error.Id);
    }

    private static string Show(IEnumerable<VariableOption> options) =>
        string.Join(' ', options.Select(option => $"{option.Text}={option.Value}"));
}
