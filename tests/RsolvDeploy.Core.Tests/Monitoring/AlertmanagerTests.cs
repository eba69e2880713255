using System.Net;
using RsolvDeploy.Checks;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Monitoring;

/// <summary>What Alertmanager knows of an alert, and what that means for <c>alerts.quiet</c>.</summary>
public sealed class AlertmanagerTests
{
    private const string Silence = """
        {"id":"s1","status":{"state":"active"},"comment":"load test","createdBy":"alice","startsAt":"2026-11-28T08:00:00.000Z",
         "endsAt":"2026-11-28T15:00:00.000Z","updatedAt":"2026-11-28T08:00:00.000Z",
         "matchers":[{"name":"alertname","value":"Slow|Other","isRegex":true,"isEqual":true}]}
        """;

    private static readonly AlertSettings Settings = new("rfc_060*", 9, new Dictionary<string, string> { ["rfc"] = "060" });

    private readonly ImmediateTime _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_alert_that_is_silenced_is_a_warning_that_names_who_silenced_it_until_when()
    {
        AlertmanagerState state = await ReadAsync(Alert("Slow", silencedBy: "s1"), Silence);

        CheckOutcome outcome = Judge(state, ["Slow"]);

        Assert.Equal((CheckResult.MetWithWarning, 0), (outcome.Result, Convert.ToInt32(outcome.Actual, null)));
        Assert.EndsWith(
            "all new ones silenced: Slow (silenced by alice until 2026-11-28 15:00 UTC (load test))",
            outcome.Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_that_people_hear_of_fails_and_names_its_receivers()
    {
        CheckOutcome outcome = Judge(await ReadAsync(Alert("Slow"), ""), ["Slow"]);

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.EndsWith(": Slow (sent to team-rsolv)", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silenced_alert_does_not_excuse_another_one()
    {
        CheckOutcome outcome = Judge(
            await ReadAsync($"{Alert("Slow", silencedBy: "s1")},{Alert("Down")}", Silence), ["Slow", "Down"]);

        Assert.Equal((CheckResult.NotMet, 1), (outcome.Result, Convert.ToInt32(outcome.Actual, null)));
        Assert.Contains(": Down (sent to team-rsolv); silenced: Slow (silenced by alice", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inhibited_alert_fires_all_the_same_and_names_what_inhibits_it()
    {
        string all = $"{Alert("Slow", inhibitedBy: "f-Down")},{Alert("Down")}";

        CheckOutcome outcome = Judge(await ReadAsync(all, ""), ["Slow"]);

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.EndsWith("Slow (inhibited by Down)", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_is_found_by_its_common_labels()
    {
        // External labels are added on the way, and relabelling drops others.
        AlertmanagerState state = await ReadAsync(
            Alert("Slow", silencedBy: "s1").Replace(
                "\"rfc\":\"060\"", "\"cluster\":\"eu\",\"environment\":\"staging\"", StringComparison.Ordinal),
            Silence);

        Assert.True(state.IsSilenced(Firing("Slow", ("environment", "staging"), ("rfc", "060"))));
        Assert.False(state.IsSilenced(Firing("Slow", ("environment", "production"), ("rfc", "060"))));
        Assert.Equal("not received by Alertmanager", state.Describe(Firing("Slow", ("environment", "production"))));
    }

    [Theory]
    [InlineData("""{"name":"rfc","value":"0.0","isRegex":true,"isEqual":true}""", true)]
    [InlineData("""{"name":"rfc","value":"06","isRegex":true,"isEqual":true}""", false)]
    [InlineData("""{"name":"rfc","value":"061","isRegex":false,"isEqual":false}""", true)]
    [InlineData("""{"name":"rfc","value":"060","isRegex":false}""", true)]
    [InlineData("""{"name":"alertname","value":"Slow","isRegex":false,"isEqual":true}""", false)]
    [InlineData("""{"name":"rfc","value":"(?<!x)060","isRegex":true,"isEqual":true}""", false)]
    public async Task A_silence_over_all_alerts_of_the_release_is_worth_a_look(string matcher, bool isWarning)
    {
        string silence = $$"""
            {"id":"s2","status":{"state":"active"},"comment":"","createdBy":"bob","endsAt":"2026-11-28T15:00:00.000Z",
             "matchers":[{{matcher}}]}
            """;

        CheckOutcome outcome = Judge(await ReadAsync("", silence), []);

        Assert.Equal(isWarning ? CheckResult.MetWithWarning : CheckResult.Met, outcome.Result);
        Assert.Equal(isWarning, outcome.Evidence.Contains("silenced by bob until 2026-11-28 15:00 UTC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_expired_silence_is_none() => Assert.Empty(
        (await ReadAsync("", Silence.Replace("\"active\"", "\"expired\"", StringComparison.Ordinal))).Silences);

    [Fact]
    public void An_Alertmanager_that_cannot_be_read_is_a_warning_and_excuses_nothing()
    {
        var unread = AlertmanagerState.Unread("Alertmanager at x did not respond: connection refused.");

        Assert.Equal(CheckResult.MetWithWarning, Judge(unread, []).Result);
        Assert.Contains("silences are not known", Judge(unread, []).Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckResult.NotMet, Judge(unread, ["Slow"]).Result);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "", "AlertmanagerUnreachable", 8)]
    [InlineData(HttpStatusCode.NotFound, "", "AlertmanagerNotUnderstood", 2)]
    [InlineData(HttpStatusCode.OK, "<html>", "AlertmanagerNotUnderstood", 2)]
    [InlineData(HttpStatusCode.OK, "{}", "AlertmanagerNotUnderstood", 2)]
    public async Task A_response_that_is_none_of_its_API_is_named(HttpStatusCode status, string body, string id, int requests)
    {
        using var http = new FakeHttp((_, _) => FakeHttp.Answer(body, "application/json", status));
        using var client = Client(http);

        DeployException fault = await Assert.ThrowsAsync<DeployException>(() => client.ReadAsync(Ct));

        Assert.Equal((id, requests), (fault.Id, http.Requests.Count));
    }

    private static CheckOutcome Judge(AlertmanagerState state, string[] firing) => AlertChecks.JudgeQuiet(
        new AlertView(
            [.. firing.Select(name => Firing(name, ("rfc", "060")))],
            new PrometheusRules(
                [new PrometheusAlertRule("Slow", "rfc_060", TimeSpan.FromSeconds(15), "ok", "", null, Settings.Quiet)],
                DateTimeOffset.UnixEpoch),
            state),
        Settings,
        []);

    private static PrometheusAlert Firing(string name, params (string Name, string Value)[] labels) =>
        new(labels.Append(("alertname", name)).ToDictionary(label => label.Item1, label => label.Item2), "firing");

    private static string Alert(string name, string? silencedBy = null, string? inhibitedBy = null)
    {
        string state = (silencedBy ?? inhibitedBy) is null ? "active" : "suppressed";
        return $$"""
            {"labels":{"alertname":"{{name}}","rfc":"060"},"fingerprint":"f-{{name}}","receivers":[{"name":"team-rsolv"}],
             "status":{"state":"{{state}}","silencedBy":[{{Quoted(silencedBy)}}],"inhibitedBy":[{{Quoted(inhibitedBy)}}] } }
            """;

        static string Quoted(string? text) => text is null ? "" : $"\"{text}\"";
    }

    private async Task<AlertmanagerState> ReadAsync(string alerts, string silences)
    {
        using var http = new FakeHttp((request, _) => FakeHttp.Answer(
            request.RequestUri!.AbsolutePath == "/api/v2/alerts" ? $"[{alerts}]" : $"[{silences}]"));
        using var client = Client(http);
        return await client.ReadAsync(Ct);
    }

    private AlertmanagerClient Client(FakeHttp http) =>
        new(new HttpClient(http) { BaseAddress = new Uri("http://alertmanager.test/") }, "http://alertmanager.test/", _time);
}
