using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Announcements;
using RsolvDeploy.Announcements.Channels;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Core.Tests.Reports;
using RsolvDeploy.Health;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Announcements;

/// <summary>Channels on loopback get announcements; what they refuse is a result and never an exception.</summary>
public sealed class AnnouncementSenderTests : IDisposable
{
    private readonly string _variable = $"RSOLV_TEST_HOOK_{Guid.NewGuid():N}";
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-announce-").FullName;
    private readonly Redactor _redactor = new();
    private readonly ImmediateTime _clock = new(new DateTimeOffset(2026, 11, 28, 14, 0, 0, TimeSpan.Zero));
    private readonly HttpClient _http = HealthProbe.CreateClient();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        Directory.Delete(_folder, recursive: true);
        _http.Dispose();
    }

    [Fact]
    public async Task A_webhook_gets_a_signed_event()
    {
        using var hook = new HookServer();
        var key = $"{_variable}_KEY";
        Environment.SetEnvironmentVariable(key, "signing-key\n");
        var sent = await SendAsync(hook.Address, AnnouncementChannel.Webhook, value => new AnnounceSettings(true, true)
        {
            Webhook = new WebhookSettings(value, new SecretValueReference { EnvironmentVariable = key }),
        });
        Assert.Equal((StepStatus.Succeeded, "", 1), (sent.Status, sent.Problem, sent.Attempts));
        var request = Assert.Single(hook.Requests);
        Assert.Equal("application/cloudevents+json; charset=utf-8", request.Headers["Content-Type"]);
        var signature = request.Headers[WebhookMessage.SignatureHeader].Split(',').Select(part => part.Split('='))
            .ToDictionary(part => part[0], part => part[1]);
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeSeconds(), long.Parse(signature["t"], System.Globalization.CultureInfo.InvariantCulture));
        var expected = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("signing-key"), Encoding.UTF8.GetBytes($"{signature["t"]}.{request.Body}"));
        Assert.Equal(Convert.ToHexString(expected).ToLowerInvariant(), signature["v1"]);
        var body = JsonNode.Parse(request.Body)!;
        Assert.Equal("dev.rsolv.deployment.succeeded", (string?)body["type"]);
        Assert.StartsWith("Deployment to production succeeded\n", (string?)body["text"], StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(key, null);
    }

    [Fact]
    public async Task A_webhook_gets_CDEvents_one_by_one_and_none_twice()
    {
        using var hook = new HookServer("200 OK", "503 Service Unavailable", "200 OK");
        var key = $"{_variable}_KEY";
        Environment.SetEnvironmentVariable(key, "signing-key");
        var sent = await SendAsync(hook.Address, AnnouncementChannel.Webhook, value => new AnnounceSettings(true, true)
        {
            Webhook = new WebhookSettings(value, new SecretValueReference { EnvironmentVariable = key }) { Events = "cdevents" },
        });
        Assert.Equal((StepStatus.Succeeded, 2), (sent.Status, sent.Attempts));
        Assert.Equal(
            ["dev.cdevents.service.upgraded.0.3.0", "dev.cdevents.pipelinerun.finished.0.3.0", "dev.cdevents.pipelinerun.finished.0.3.0"],
            hook.Requests.Select(request => (string?)JsonNode.Parse(request.Body)!["type"]));
        Assert.All(hook.Requests, request => Assert.StartsWith(
            WebhookMessage.Sign(Encoding.UTF8.GetBytes(request.Body), "signing-key", Signed(request)),
            request.Headers[WebhookMessage.SignatureHeader],
            StringComparison.Ordinal));
        Environment.SetEnvironmentVariable(key, null);
    }

    private static DateTimeOffset Signed(HookRequest request) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(
        request.Headers[WebhookMessage.SignatureHeader].Split(',')[0][2..], System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(AnnouncementChannel.Slack, "blocks")]
    [InlineData(AnnouncementChannel.Teams, "attachments")]
    public async Task Slack_and_teams_get_their_own_format_after_a_busy_answer(AnnouncementChannel channel, string member)
    {
        using var hook = new HookServer("429 Too Many Requests\r\nRetry-After: 3", "503 Service Unavailable", "200 OK");
        var begin = _clock.GetUtcNow();
        var sent = await SendAsync(hook.Address, channel, value => new AnnounceSettings(true, true) { Slack = value, Teams = value });
        Assert.Equal((StepStatus.Succeeded, 3, "127.0.0.1"), (sent.Status, sent.Attempts, sent.Destination));
        Assert.True(_clock.GetUtcNow() - begin >= TimeSpan.FromSeconds(3));
        Assert.All(hook.Requests, request => Assert.NotNull(JsonNode.Parse(request.Body)![member]));
        Assert.Single(hook.Requests.Select(request => request.Body).Distinct());
    }

    [Theory]
    [InlineData("500 Internal Server Error", 4, "500")]
    [InlineData("404 Not Found", 1, "404")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", 1, "302")]
    public async Task A_webhook_that_refuses_is_a_result_without_its_address(string answer, int attempts, string problem)
    {
        using var hook = new HookServer(answer);
        var sent = await SendAsync(hook.Address, AnnouncementChannel.Slack, value => new AnnounceSettings(true, true) { Slack = value });
        Assert.Equal((StepStatus.Failed, attempts), (sent.Status, sent.Attempts));
        Assert.Contains(problem, sent.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(HookServer.Token, sent.ToString() + sent.Destination, StringComparison.Ordinal);
        // What else is reported in this session does not show it either.
        Assert.DoesNotContain(HookServer.Token, _redactor.Apply($"POST {hook.Address} failed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("http://hooks.example.com/x", "https")]
    [InlineData("not an address", "https")]
    public async Task An_address_that_is_missing_or_not_encrypted_is_named_by_its_place(string? address, string problem)
    {
        var sent = await SendAsync(address, AnnouncementChannel.Slack, value => new AnnounceSettings(true, true) { Slack = value });
        Assert.Equal(StepStatus.Failed, sent.Status);
        Assert.Contains(problem, sent.Problem, StringComparison.Ordinal);
        Assert.Contains(_variable, sent.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hooks.example.com", sent.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_does_not_answer_is_a_result()
    {
        var gone = new HookServer();
        var address = gone.Address;
        gone.Dispose();
        var sent = await SendAsync(address, AnnouncementChannel.Slack, value => new AnnounceSettings(true, true) { Slack = value });
        Assert.Equal((StepStatus.Failed, 4), (sent.Status, sent.Attempts));
    }

    [Fact]
    public async Task Mail_goes_to_every_recipient_as_plain_text()
    {
        using var server = new MailServer("451 later", "250 OK");
        var sent = await SendMailAsync(server.Address, "none");
        Assert.Equal((StepStatus.Succeeded, 2, ""), (sent.Status, sent.Attempts, sent.Problem));
        var mail = Assert.Single(server.Mails);
        Assert.Contains("RCPT TO:<ops@example.org>", mail, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<dev@example.org>", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: Deployment to production succeeded", mail, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain", mail, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_that_is_refused_for_good_is_not_tried_again()
    {
        using var server = new MailServer("550 no such user");
        var sent = await SendMailAsync(server.Address, "none");
        Assert.Equal((StepStatus.Failed, 1), (sent.Status, sent.Attempts));
        Assert.Contains("550", sent.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_without_encryption_is_refused_where_it_is_asked_for()
    {
        using var server = new MailServer();
        Assert.Equal(StepStatus.Failed, (await SendMailAsync(server.Address, "starttls")).Status);
        Assert.Empty(server.Mails);
        Assert.Contains("loopback", (await SendMailAsync("mail.example.org:25", "none")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_readable_by_its_owner_only()
    {
        var sent = await SendFileAsync(Path.Combine(_folder, "new"));
        Assert.Equal(StepStatus.Succeeded, sent.Status);
        Assert.Equal(sent.Text + "\n", await File.ReadAllTextAsync(sent.Destination, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(sent.Destination));
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", TestContext.Current.CancellationToken);
        Assert.Equal(StepStatus.Failed, (await SendFileAsync(Path.Combine(_folder, "file"))).Status);
    }

    private Task<Announcement> SendFileAsync(string folder) =>
        SendAsync("x", AnnouncementChannel.File, _ => new AnnounceSettings(true, true) { Folder = folder });

    private Task<Announcement> SendMailAsync(string server, string security) =>
        SendAsync("x", AnnouncementChannel.Email, _ => new AnnounceSettings(true, true)
        {
            Email = new EmailSettings(server, "deploy@example.org", ["ops@example.org", "dev@example.org"]) { Security = security },
        });

    private async Task<Announcement> SendAsync(
        string? address, AnnouncementChannel channel, Func<SecretValueReference, AnnounceSettings> settings)
    {
        Environment.SetEnvironmentVariable(_variable, address);
        using var run = ReportedRun.Whole();
        var target = run.Target with { Announce = settings(new SecretValueReference { EnvironmentVariable = _variable }) };
        var report = run.Report();
        report = report with { Change = report.Change with { Image = $"ghcr.io/rsolv-dev/rsolv-platform@sha256:{new string('1', 64)}" } };
        var text = await new AnnouncementTemplates(new TemplateFolder(null)).RenderAsync(
            AnnouncementKind.After, report, AnnouncementTarget.From(target), "");
        var secrets = new SecretValueReader(target, () => throw new InvalidOperationException("No Secret is read here."), _redactor);
        return await new AnnouncementSender(target, secrets, _redactor, _http, _clock).SendAsync(
            new AnnouncementPlan(AnnouncementKind.After, text, report), channel, TestContext.Current.CancellationToken);
    }
}
