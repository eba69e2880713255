using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Announcements.Channels;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Resilience;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Announcements;

/// <summary>Sends announcements. Whatever a channel answers becomes the result: no channel ever fails a deployment.</summary>
/// <param name="target">The environment.</param>
/// <param name="secrets">Reads addresses and keys.</param>
/// <param name="redactor">Removes secret values from what is reported.</param>
/// <param name="http">The client; it follows no redirect.</param>
/// <param name="clock">The clock.</param>
internal sealed class AnnouncementSender(Target target, SecretValueReader secrets, Redactor redactor, HttpClient http, TimeProvider clock)
{
    private readonly AnnounceSettings _settings = target.Announce ?? new AnnounceSettings(false, false);

    private readonly RetryPolicy _retries = new(new RetryOptions(
        (response, _) => response is ChannelResponse { MayRecover: true }, Retries: 3, TimeSpan.FromSeconds(1))
    {
        LongestDelay = TimeSpan.FromSeconds(15),
        AskedDelay = (response, _) => (response as ChannelResponse)?.RetryAfter,
        Time = clock,
    });

    /// <summary>Sends an announcement on a channel.</summary>
    public async Task<Announcement> SendAsync(AnnouncementPlan plan, AnnouncementChannel channel, CancellationToken ct)
    {
        var announcement = new Announcement(target, plan.Report.RunId, plan.Kind, channel, StepStatus.Succeeded)
        {
            Text = plan.Text.ToString(),
        };
        try
        {
            var (destination, attempt) = await PrepareAsync(plan, channel, ct);
            var attempts = 0;
            var response = await _retries.RunAsync(
                token =>
                {
                    attempts++;
                    return attempt(token);
                },
                ct);
            return announcement with
            {
                Destination = destination,
                Attempts = attempts,
                Status = response.Problem.Length == 0 ? StepStatus.Succeeded : StepStatus.Failed,
                Problem = redactor.Apply(response.Problem),
            };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return announcement with { Status = StepStatus.Failed, Problem = redactor.Apply(UnexpectedError.From(e).Message) };
        }
    }

    private async Task<(string Destination, Func<CancellationToken, Task<ChannelResponse>> Attempt)> PrepareAsync(
        AnnouncementPlan plan, AnnouncementChannel channel, CancellationToken ct)
    {
        switch (channel)
        {
            case AnnouncementChannel.Slack:
                return await PostAsync(_settings.Slack!, SlackMessage.Create(plan.Text), ct);
            case AnnouncementChannel.Teams:
                return await PostAsync(_settings.Teams!, TeamsMessage.Create(plan.Text, plan.Kind), ct);
            case AnnouncementChannel.Webhook:
                return await PostEventAsync(plan, _settings.Webhook!, ct);
            case AnnouncementChannel.Email:
                var email = _settings.Email!;
                var password = email.Password is { } reference ? await secrets.ReadAsync(reference, ct) : null;
                return (email.Server, token => new EmailDelivery(email, clock).SendAsync(plan.Id, plan.Text, password, token));
            default:
                var kind = plan.Kind.ToString().ToLowerInvariant();
                var path = Path.Combine(_settings.Folder!, $"{clock.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}-{kind}-{plan.Id[..6]}.txt");
                return (path, _ => Task.FromResult(Write(path, plan.Text.ToString())));
        }
    }

    private async Task<(string, Func<CancellationToken, Task<ChannelResponse>>)> PostAsync(
        SecretValueReference reference, JsonObject body, CancellationToken ct)
    {
        var address = await AddressAsync(reference, ct);
        var bytes = Bytes(body);
        return (address.Host, token => new WebhookPost(http, clock).SendAsync(address, bytes, new Dictionary<string, string>(), token));
    }

    private async Task<(string, Func<CancellationToken, Task<ChannelResponse>>)> PostEventAsync(
        AnnouncementPlan plan, WebhookSettings webhook, CancellationToken ct)
    {
        var address = await AddressAsync(webhook.Address, ct);
        var key = webhook.Signature is { } signature ? await secrets.ReadAsync(signature, ct) : null;
        var bodies = new Queue<byte[]>((webhook.Events == "cdevents"
            ? new CdEvents(plan.Id, plan.Text, plan.Report).Create(plan.Kind)
            : [WebhookMessage.Create(plan.Id, plan.Kind, plan.Text, plan.Report)]).Select(Bytes));
        return (address.Host, async token =>
        {
            // An event that was taken is not sent once more.
            while (bodies.TryPeek(out var body))
            {
                var response = await PostSignedAsync(address, body, key, token);
                if (response.Problem.Length > 0) return response;
                bodies.Dequeue();
            }

            return ChannelResponse.Accepted;
        }
        );
    }

    private Task<ChannelResponse> PostSignedAsync(Uri address, byte[] body, string? key, CancellationToken ct)
    {
        var headers = new Dictionary<string, string> { ["Content-Type"] = "application/cloudevents+json; charset=utf-8" };
        if (key is not null) headers[WebhookMessage.SignatureHeader] = WebhookMessage.Sign(body, key, clock.GetUtcNow());
        return new WebhookPost(http, clock).SendAsync(address, body, headers, ct);
    }

    private async Task<Uri> AddressAsync(SecretValueReference reference, CancellationToken ct)
    {
        var text = await secrets.ReadAsync(reference, ct);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            redactor.Add(address.PathAndQuery);
            return address;
        }

        throw new DeployException("WebhookAddressInvalid", FaultCategory.InvalidData,
            $"The {reference} holds no https address; http is permitted on loopback only.", "Set it to the address of the webhook.")
        { Subject = reference.ToString() };
    }

    private static ChannelResponse Write(string path, string text)
    {
        try
        {
            PrivateStorage.CreateFolder(Path.GetDirectoryName(path)!);
            PrivateStorage.WriteNew(path, Encoding.UTF8.GetBytes(text + "\n"));
            return ChannelResponse.Accepted;
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            return new ChannelResponse(e.Message, MayRecover: false);
        }
    }

    private static byte[] Bytes(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body, AnnouncementJson.Default.JsonObject);
}

/// <summary>Writes messages without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class AnnouncementJson : System.Text.Json.Serialization.JsonSerializerContext;
