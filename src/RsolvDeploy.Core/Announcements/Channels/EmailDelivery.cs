using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>Sends an announcement as e-mail: plain text, by SMTP.</summary>
/// <param name="settings">The server and the addresses.</param>
/// <param name="clock">The clock.</param>
internal sealed class EmailDelivery(EmailSettings settings, TimeProvider clock)
{
    private const int DefaultPort = 587;
    private const int ReadLimit = 20_000;

    // A server that sends a byte now and then never exceeds the limit of one read.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Sends it once.</summary>
    /// <param name="id">The id of the message; a server that got it twice can tell.</param>
    /// <param name="text">The announcement.</param>
    /// <param name="password">The password; null for a server without login.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ChannelResponse> SendAsync(string id, AnnouncementText text, string? password, CancellationToken ct)
    {
        var (host, port) = Address(settings.Server);
        if (settings.Security == "none" && !IsLoopback(host))
            return new ChannelResponse("announce.email.security is none, which is permitted on loopback only", MayRecover: false);
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var message = Message(id, text);
        using var client = new SmtpClient { Timeout = ReadLimit };
        try
        {
            var security = settings.Security switch
            {
                "tls" => SecureSocketOptions.SslOnConnect,
                "none" => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            };
            await client.ConnectAsync(host, port, security, both.Token);
            if (settings.Username is { } user && password is not null) await client.AuthenticateAsync(user, password, both.Token);
            await client.SendAsync(message, both.Token);
            await client.DisconnectAsync(quit: true, both.Token);
            return ChannelResponse.Accepted;
        }
        catch (SmtpCommandException e)
        {
            // 4xx of SMTP means later, 5xx means never.
            return new ChannelResponse($"it answered {(int)e.StatusCode}: {e.Message}", (int)e.StatusCode is >= 400 and < 500);
        }
        catch (Exception e) when (e is AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            return new ChannelResponse(e.Message.ReplaceLineEndings(" "), MayRecover: false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new ChannelResponse($"it did not take the message within {Limit.TotalSeconds:0} s", MayRecover: true);
        }
        catch (Exception e) when (e is ProtocolException or IOException or SocketException or TimeoutException)
        {
            return new ChannelResponse(e.Message, MayRecover: true);
        }
    }

    private MimeMessage Message(string id, AnnouncementText text)
    {
        var message = new MimeMessage
        {
            Subject = text.Title,
            Date = clock.GetUtcNow(),
            MessageId = $"{id}@rsolvdeploy",
            Body = new TextPart("plain") { Text = text.ToString() },
        };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static (string Host, int Port) Address(string server)
    {
        var colon = server.LastIndexOf(':');
        return colon > 0 && !server.EndsWith(']') && int.TryParse(server[(colon + 1)..], CultureInfo.InvariantCulture, out var port)
            ? (server[..colon].Trim('[', ']'), port)
            : (server.Trim('[', ']'), DefaultPort);
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));
}
