using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Core.Tests.Announcements;

/// <summary>An SMTP server on loopback that keeps the mail that it gets, or refuses recipients with a status.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly ConnectionLoop _connections;
    private readonly string[] _recipients;
    private int _next;

    /// <param name="recipients">What it answers to a recipient, one after the other; the last one for all further recipients.</param>
    public MailServer(params string[] recipients)
    {
        _recipients = recipients.Length > 0 ? recipients : ["250 OK"];
        _connections = new ConnectionLoop(ServeAsync);
    }

    public string Address => _connections.Address;

    /// <summary>The envelope and the text of each mail.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    public void Dispose() => _connections.Dispose();

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\r\n" };
        var mail = new StringBuilder();
        await writer.WriteLineAsync("220 mail.test");
        while (await reader.ReadLineAsync() is { } line)
        {
            var command = line.Split(' ')[0];
            if (command is "MAIL" or "RCPT") mail.AppendLine(line);
            switch (command)
            {
                case "EHLO": await writer.WriteLineAsync("250-mail.test\r\n250 8BITMIME"); break;
                case "RCPT":
                    await writer.WriteLineAsync(_recipients[Math.Min(Interlocked.Increment(ref _next) - 1, _recipients.Length - 1)]);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    while (await reader.ReadLineAsync() is { } text && text != ".") mail.AppendLine(text);
                    Mails.Enqueue(mail.ToString());
                    await writer.WriteLineAsync("250 OK");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default: await writer.WriteLineAsync("250 OK"); break;
            }
        }
    }
}
