using System.Text;
using RsolvDeploy.Health;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class HealthDocumentTests
{
    private static readonly ProbeResponse Ok = new(200, TimeSpan.FromMilliseconds(12), null) { MediaType = "application/json" };

    [Theory]
    [InlineData("""{"status":"ok"}""")]
    [InlineData("""{"status":"Healthy","database":"ok","checks":[{"name":"redis","status":"up"}]}""")]
    [InlineData("""{"version":"1","healthy":true}""")]
    public void A_document_that_says_so_is_healthy(string json) => Assert.Equal(Outcome.Met, Judge(json).Outcome);

    [Theory]
    [InlineData("""{"status":"unhealthy"}""", "status: unhealthy")]
    [InlineData("""{"status":"starting"}""", "status: starting")]
    [InlineData("""{"healthy":false}""", "healthy: false")]
    [InlineData("""{"version":"1"}""", "nothing")]
    [InlineData("""["ok"]""", "nothing")]
    [InlineData("""{"nested":{"status":"ok"}}""", "nothing")]
    [InlineData("OK", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("""{"status":"\ud800"}""", "application/json")]
    public void Everything_else_is_not(string json, string actual)
    {
        Observation seen = Judge(json);

        Assert.Equal((Outcome.NotMet, actual), (seen.Outcome, seen.Actual));
        Assert.NotNull(seen.Remedy);
    }

    [Fact]
    public void A_part_that_is_not_healthy_is_worth_a_look()
    {
        Observation seen = Judge("""{"status":"ok","services":{"redis":{"status":"down"},"database":"ok"}}""");

        Assert.Equal(Outcome.MetButLook, seen.Outcome);
        Assert.Equal("200 in 12 ms, says status: ok, but $.services.redis.status says down", seen.Evidence);
    }

    private static Observation Judge(string json) => HealthDocument.Judge(Encoding.UTF8.GetBytes(json), Ok);
}
