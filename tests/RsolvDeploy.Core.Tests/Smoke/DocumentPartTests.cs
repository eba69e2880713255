using System.Text;
using System.Text.Json;
using RsolvDeploy.Checks;
using RsolvDeploy.Health;
using RsolvDeploy.Smoke;

namespace RsolvDeploy.Core.Tests.Smoke;

/// <summary>The parts behind a platform, as health documents of well-known frameworks name them.</summary>
public class DocumentPartTests
{
    private static readonly Target Target = new()
    {
        Name = "production",
        ConfigurationPath = "/rsolv.yaml",
        Namespace = "rsolv",
        Deployment = "rsolv-platform",
        Environment = "production",
    };

    [Theory]
    [InlineData("""{"status":"ok","database":"ok","redis":"ok"}""", "database=ok redis=ok")]
    [InlineData("""{"status":"UP","components":{"db":{"status":"UP","details":{"database":"PostgreSQL"}},"diskSpace":{"status":"UP"}}}""",
        "db=UP diskSpace=UP")]
    [InlineData("""{"checks":[{"name":"postgres","status":"pass"},{"name":"redis","state":"down"}]}""", "postgres=pass redis=down")]
    [InlineData(
        """{"status":"pass","checks":{"postgres:connections":[{"status":"pass"},{"status":"fail"}]}}""", "postgres:connections=fail")]
    [InlineData("""{"entries":{"npgsql":{"status":"Healthy"}},"services":{"redis":true,"queue":false}}""",
        "npgsql=Healthy redis=true queue=false")]
    [InlineData("""{"details":{"database":{"status":"up"}},"info":{"x":1}}""", "database=up")]
    [InlineData("""{"status":"ok","uptime":12}""", "")]
    [InlineData("""["ok"]""", "")]
    [InlineData("""{"redis":"ok","redis":"down"}""", "redis=down")]
    public void The_usual_shapes_are_known(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(
            expected, string.Join(' ', DocumentPart.Find(document.RootElement).Select(part => $"{part.Name}={part.State}")));
    }

    [Theory]
    [InlineData("database", true)]
    [InlineData("postgres:connections", true)]
    [InlineData("primary-db", true)]
    [InlineData("redis", false)]
    [InlineData("feedback", false)]
    public void A_database_is_known_by_its_name(string name, bool expected) =>
        Assert.Equal(expected, new DocumentPart(name, "ok").IsDatabase);

    [Theory]
    [InlineData("""{"database":"ok","redis":"down"}""", CheckResult.Met, CheckResult.NotMet)]
    [InlineData("""{"database":"down","redis":"ok"}""", CheckResult.NotMet, CheckResult.NotMet)]
    [InlineData("""{"status":"ok"}""", CheckResult.Skipped, CheckResult.Skipped)]
    [InlineData("<html>", CheckResult.NotMet, CheckResult.NotMet)]
    internal void Database_and_services_are_judged_by_the_parts(string json, CheckResult database, CheckResult services)
    {
        Assert.Equal(database, DocumentParts.JudgeDatabase(Target, Read(json)).Result);
        Assert.Equal(services, DocumentParts.JudgeServices(Target, Read(json)).Result);
    }

    [Fact]
    public void Rules_decide_where_they_are_configured_and_the_trigger_of_the_database_is_one()
    {
        Target ruled = Target with
        {
            Smoke = new SmokeSettings { Services = [new DocumentRule("lag", "$.queue.lag") { Below = 100 }] },
            Triggers = new TriggerSettings { Database = new DatabaseTrigger("$.state.db", "fine") },
        };
        const string Json = """{"state":{"db":"fine"},"queue":{"lag":250},"database":"down"}""";

        CheckOutcome database = DocumentParts.JudgeDatabase(ruled, Read(Json));
        CheckOutcome services = DocumentParts.JudgeServices(ruled, Read(Json));

        Assert.Equal((CheckResult.Met, "database is fine"), (database.Result, database.Evidence));
        Assert.Equal(
            (CheckResult.NotMet, "lag ($.queue.lag) is 250, required is below 100", 1, 0),
            (services.Result, services.Evidence, services.Expected, services.Actual));
    }

    [Fact]
    public void A_document_that_cannot_be_read_fails() => Assert.Equal(
        CheckResult.NotMet,
        DocumentParts.JudgeDatabase(Target, (new ProbeResponse(null, TimeSpan.Zero, "no response from x"), null)).Result);

    private static (ProbeResponse Response, byte[]? Body) Read(string json) =>
        (new ProbeResponse(503, TimeSpan.FromMilliseconds(3), null), Encoding.UTF8.GetBytes(json));
}
