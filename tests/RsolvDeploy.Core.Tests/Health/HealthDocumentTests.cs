using System.Text;
using RsolvDeploy.Checks;
using RsolvDeploy.Health;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class HealthDocumentTests
{
    private static readonly ProbeResponse Ok = new(200, TimeSpan.FromMilliseconds(12), null) { MediaType = "application/json" };

    [Theory]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("""{"status":"Healthy","database":"ok","checks":[{"name":"redis","status":"up"}]}""")]
    [InlineData("""{"version":"1","healthy":true}""")]
    public void A_document_that_reports_healthy_is_healthy(string json) => Assert.Equal(CheckResult.Met, Judge(json).Result);

    [Theory]
    [InlineData("""{"status":"unhealthy"}""", "status: unhealthy")]
    [InlineData("""{"status":"starting"}""", "status: starting")]
    [InlineData("""{"healthy":false}""", "healthy: false")]
    [InlineData("""{"version":"1"}""", "nothing")]
    [InlineData("""["ok"]""", "nothing")]
    [InlineData("""{"nested":{"status":"ok"}}""", "nothing")]
    [InlineData("OK", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("""{"status":"\ud800"}""", "text that is not Unicode")]
    [InlineData("""{"status":"ok","name":"\ud800"}""", "text that is not Unicode")]
    [InlineData("""{"\ud800":1,"status":"ok"}""", "text that is not Unicode")]
    [InlineData("""{"status":"ok","status":"down"}""", "status: down")]
    [InlineData("""{"status":"down","status":"ok"}""", "status: down")]
    public void Everything_else_is_not(string json, string actual)
    {
        CheckOutcome outcome = Judge(json);

        Assert.Equal((CheckResult.NotMet, actual), (outcome.Result, outcome.Actual));
        Assert.NotNull(outcome.Remedy);
    }

    [Fact]
    public void A_part_that_is_not_healthy_is_a_warning()
    {
        CheckOutcome outcome = Judge("""{"status":"ok","services":{"redis":{"status":"down"},"database":"ok"}}""");

        Assert.Equal(CheckResult.MetWithWarning, outcome.Result);
        Assert.Equal("200 in 12 ms, status: ok, but $.services.redis.status is down", outcome.Evidence);
    }

    [Fact]
    public void A_repeated_key_is_a_warning_that_names_it()
    {
        CheckOutcome outcome = Judge("""{"status":"ok","a":1,"a":2,"b":{"c":"x","c":"y"}}""");

        Assert.Equal(CheckResult.MetWithWarning, outcome.Result);
        Assert.Equal("200 in 12 ms, status: ok, but $.a is repeated, $.b.c is repeated", outcome.Evidence);
    }

    [Theory]
    [InlineData("""{"version":"2","database":"ok"}""", "is: ok", CheckResult.Met, "1 rules met")]
    [InlineData("""{"status":"down","database":"ok"}""", "is: ok", CheckResult.MetWithWarning, "$.status is down")]
    [InlineData("""{"status":"ok","database":"down"}""", "is: ok", CheckResult.NotMet, "db ($.database) is down, required is ok")]
    [InlineData("""{"status":"ok"}""", "is: ok", CheckResult.NotMet, "db ($.database) is nothing, required is ok")]
    [InlineData("""{"database":"ok","database":"down"}""", "is: ok", CheckResult.NotMet, "is down, required is ok")]
    [InlineData("""{"database":{"a":1}}""", "not: down", CheckResult.NotMet, "is object, required is not down")]
    [InlineData("""{"database":"up"}""", "not: down", CheckResult.Met, "1 rules met")]
    [InlineData("""{"database":12.5}""", "below: 100", CheckResult.Met, "1 rules met")]
    [InlineData("""{"database":100}""", "below: 100", CheckResult.NotMet, "is 100, required is below 100")]
    [InlineData("""{"database":"fast"}""", "below: 100", CheckResult.NotMet, "is fast, required is below 100")]
    [InlineData("""{"database":100}""", "above: 100", CheckResult.NotMet, "is 100, required is above 100")]
    [InlineData("""{"database":101}""", "above: 100", CheckResult.Met, "1 rules met")]
    internal void Rules_decide_instead_of_the_state_at_the_top(string json, string rule, CheckResult result, string evidence)
    {
        string[] parts = rule.Split(": ");
        double? number = double.TryParse(parts[1], out double limit) ? limit : null;
        var configured = new DocumentRule("db", "$.database")
        {
            Is = parts[0] == "is" ? parts[1] : null,
            Not = parts[0] == "not" ? parts[1] : null,
            Below = parts[0] == "below" ? number : null,
            Above = parts[0] == "above" ? number : null,
        };

        CheckOutcome outcome = HealthDocument.Judge(Encoding.UTF8.GetBytes(json), Ok, [configured]);

        Assert.Equal(result, outcome.Result);
        Assert.Contains(evidence, outcome.Evidence, StringComparison.Ordinal);
        Assert.Equal("1 rules met", outcome.Expected);
    }

    private static CheckOutcome Judge(string json) => HealthDocument.Judge(Encoding.UTF8.GetBytes(json), Ok, []);
}
