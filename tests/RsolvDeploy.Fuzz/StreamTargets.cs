using System.Net.WebSockets;
using RsolvDeploy.Cluster.Exec;
using RsolvDeploy.Cluster.PortForwarding;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Fuzz;

/// <summary>Streams of the API server: WebSocket frames of exec and port-forward, lines of watches and logs.</summary>
internal static class StreamTargets
{
    private const string Status = """
        {"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}
        """;

    private static readonly byte[][] Frames =
    [
        [.. Frame(0x82, [1, .. "out"u8]), .. Frame(0x82, [2, .. "err"u8]),
            .. Frame(0x82, [3, .. System.Text.Encoding.UTF8.GetBytes(Status)]),
            .. Frame(0x88, [3, 232])],
        [.. Frame(0x02, [1, .. "pi"u8]), .. Frame(0x80, "ece"u8), .. Frame(0x89, []),
            .. Frame(0x82, [3, .. System.Text.Encoding.UTF8.GetBytes(Status)]), .. Frame(0x88, [3, 232])],
    ];

    // The first message of each channel repeats the port.
    private static readonly byte[] Forwarded =
    [
        .. Frame(0x82, [0, 80, 0]), .. Frame(0x82, [1, 80, 0]), .. Frame(0x82, [0, .. "data"u8]), .. Frame(0x02, [0, .. "pi"u8]),
        .. Frame(0x89, []), .. Frame(0x80, "ece"u8), .. Frame(0x88, [3, 232]),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("exec-frames", Exec, Frames) { Throws = [typeof(WebSocketException)] },
        new("port-forward-frames", Forward, [Forwarded]) { Throws = [typeof(IOException)] },
        FuzzTarget.OfText("exec-status", text => ExecStatus.Parse(System.Text.Encoding.UTF8.GetBytes(text)), Status, "plain text"),
        FuzzTarget.OfText("lines", ReadLines, "one\ntwo\r\n\nthree") with { Throws = [typeof(InputTooLongException)] },
    ];

    private static byte[] Frame(byte first, ReadOnlySpan<byte> content) => content.Length < 126
        ? [first, (byte)content.Length, .. content]
        : [first, 126, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static void Exec(byte[] frames)
    {
        using var socket = Socket(frames);
        new ExecChannels(socket).ReceiveAsync(Stream.Null, Stream.Null, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static void Forward(byte[] frames)
    {
        using var socket = Socket(frames);
        using var stream = new PortForwardStream(socket, "pod/a");
        var buffer = new byte[512];
        while (stream.ReadAsync(buffer, CancellationToken.None).AsTask().GetAwaiter().GetResult() > 0)
        {
            // All that comes is read.
        }
    }

    private static WebSocket Socket(byte[] frames) => WebSocket.CreateFromStream(
        new Received(frames), new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });

    private static void ReadLines(string text)
    {
        var lines = new BoundedLines(new StringReader(text), 1000);
        while (lines.NextAsync(CancellationToken.None).GetAwaiter().GetResult() is not null)
        {
            // All of them are read.
        }
    }

    /// <summary>What a server sent; what is sent to it goes nowhere.</summary>
    private sealed class Received(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
