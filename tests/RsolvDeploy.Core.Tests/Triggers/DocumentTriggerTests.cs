using System.Text.Json;
using RsolvDeploy.Json.Paths;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Triggers;

/// <summary>What the trigger of the database reads in a health document.</summary>
public class DocumentTriggerTests
{
    [Theory]
    [InlineData("""{"database":"ok"}""", "$.database", "ok")]
    [InlineData("""{"services":{"database":"down"}}""", "$.services.database", "down")]
    [InlineData("""{"database":true}""", "$.database", "true")]
    [InlineData("""{"database":1.50}""", "$.database", "1.50")]
    [InlineData("""{"database":"ok","database":"down"}""", "$.database", "down")]
    [InlineData("""{"other":"\ud800","database":"ok"}""", "$.database", "ok")]
    [InlineData("""{"database":null}""", "$.database", null)]
    [InlineData("""{"database":{"status":"ok"}}""", "$.database", null)]
    [InlineData("""["ok"]""", "$.database", null)]
    [InlineData("""{"services":[{"status":"ok"},{"status":"down"}]}""", "$.services[1].status", "down")]
    [InlineData("""{"services":[["ok"]]}""", "$.services[0][0]", "ok")]
    [InlineData("""{"services":["ok"]}""", "$.services[1]", null)]
    [InlineData("""{"services":{"0":"ok"}}""", "$.services[0]", null)]
    [InlineData("""[{"database":"ok"}]""", "$[0].database", "ok")]
    [InlineData("""{"database":"down","database":"ok"}""", "$.database", "down")]
    [InlineData("""{"checks":[{"name":"db","status":"ok"},{"name":"db2","status":"down"}]}""", "$.checks[*].status", "down")]
    [InlineData("""{"checks":[{"name":"db","status":"ok"},{"name":"x","status":"down"}]}""", "$.checks[?@.name=='db'].status", "ok")]
    public void A_value_is_found_by_its_path(string json, string path, string? value)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(value, DocumentTrigger.Find(document.RootElement, JsonPath.Parse(path), "ok"));
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_an_error_and_no_value()
    {
        using var document = JsonDocument.Parse("""{"database":"\ud800"}""");

        Assert.Throws<InvalidOperationException>(() =>
            DocumentTrigger.Find(document.RootElement, JsonPath.Parse("$.database"), "ok"));
    }
}
