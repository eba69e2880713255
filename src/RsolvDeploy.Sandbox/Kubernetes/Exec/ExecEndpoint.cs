using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Programs;

namespace RsolvDeploy.Sandbox.Kubernetes.Exec;

/// <summary>
/// Exec over a WebSocket (<c>v5.channel.k8s.io</c>, and <c>v4</c> without the end of the input) into the programs of the sandbox's pods.
/// </summary>
internal sealed class ExecEndpoint(PodPrograms programs)
{
    private const string V5 = "v5.channel.k8s.io";
    private const string V4 = "v4.channel.k8s.io";
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    public async Task ServeAsync(HttpContext http, JsonObject pod)
    {
        var offered = http.WebSockets.IsWebSocketRequest ? http.WebSockets.WebSocketRequestedProtocols : [];
        var protocol = offered.Contains(V5) ? V5
            : offered.Contains(V4) ? V4
            : throw new ApiError(400, "BadRequest", $"only WebSocket with {V5} or {V4} is served");
        var query = http.Request.Query;
        string[] command = [.. query["command"].Select(argument => argument ?? "")];
        if (command.Length == 0) throw new ApiError(400, "BadRequest", "you must specify at least 1 command for the container");
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var one = new SemaphoreSlim(1);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var input = new Pipe();
        var receiving = ReceiveAsync(socket, input.Writer, ending);
        try
        {
            var run = new ProgramRun(
                pod,
                command,
                query["stdin"] == "true" ? input.Reader.AsStream() : Stream.Null,
                new ChannelStream(socket, one, 1),
                new ChannelStream(socket, one, 2));
            var status = await StatusAsync(run, ending.Token);
            await input.Reader.CompleteAsync(); // unread input is discarded
            await new ChannelStream(socket, one, 3).WriteAsync(Encoding.UTF8.GetBytes(status.ToJsonString()), ending.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ending.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The client has disconnected.
        }

        // The client closes its side too. Cancelling earlier would cut off data in flight.
        ending.CancelAfter(Farewell);
        await receiving;
    }

    private async Task<JsonObject> StatusAsync(ProgramRun run, CancellationToken ct)
    {
        var status = new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" };
        if (await programs.RunAsync(run, ct) is not { } code)
        {
            var message = "Internal error occurred: error executing command in container: exec failed: unable to start container process: "
                + $"exec: \"{run.Command[0]}\": executable file not found in $PATH";
            return new ApiError(500, "InternalError", message).ToStatus();
        }

        if (code == 0) return status;
        status["status"] = "Failure";
        status["message"] = $"command terminated with non-zero exit code: exit code {code}";
        status["reason"] = "NonZeroExitCode";
        status["details"] = new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = $"{code}" }),
        };
        return status;
    }

    private static async Task ReceiveAsync(WebSocket socket, PipeWriter input, CancellationTokenSource ending)
    {
        var buffer = new byte[32 * 1024];
        byte? channel = null;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), ending.Token) is { MessageType: not WebSocketMessageType.Close } received)
            {
                var data = buffer.AsMemory(0, received.Count);
                if (channel is null && !data.IsEmpty)
                {
                    channel = data.Span[0];
                    data = data[1..];
                }

                if (channel == 0 && !data.IsEmpty) await input.WriteAsync(data, ending.Token);
                if (channel == 255) await input.CompleteAsync(); // the only channel a client can close is its input
                if (received.EndOfMessage) channel = null;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The program has ended, or the client has disconnected.
        }

        await ending.CancelAsync();
        await input.CompleteAsync();
    }
}
