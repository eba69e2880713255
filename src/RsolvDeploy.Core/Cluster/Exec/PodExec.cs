using System.Net.WebSockets;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Cluster.Exec;

/// <summary>Runs programs in containers, through the API server and over the same verified way as every request.</summary>
internal static class PodExec
{
    /// <summary>Runs a program to its end and gives its exit code.</summary>
    /// <exception cref="DeployException">
    /// <c>ExecRefused</c>: it could not be started. <c>ExecTimedOut</c>: it had not ended in time. <c>ExecBrokenOff</c>: the connection
    /// ended before its end was known. In the last two it may still run.
    /// </exception>
    public static async Task<int> RunAsync(ApiRequests requests, ExecRequest request, TimeProvider time, CancellationToken ct)
    {
        var call = Call(request);
        using var limit = new CancellationTokenSource(request.Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var socket = await requests.OpenSocketAsync(call, [ExecChannels.V5, ExecChannels.V4], both.Token);
            if (request.Input is not null && socket.SubProtocol != ExecChannels.V5) throw NoEnd(request);
            var status = await ExchangeAsync(socket, request, both.Token);
            return status?.ExitCode ?? throw (status is null ? Broken(request, null) : Refused(request, status.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException
            && !ct.IsCancellationRequested
            && limit.IsCancellationRequested)
        {
            // Giving up tears the connection down, which a read may notice first.
            throw new DeployException("ExecTimedOut", FaultCategory.OperationTimeout,
                $"{Name(request)} had not ended after {request.Limit.TotalSeconds:0} s. It may still run there.",
                request.Input is null ? "Look into the pod before trying again, or allow more time."
                    : "Look into the pod before trying again, or allow more time. With some container runtimes the end of a program that "
                        + "leaves more of its input unread than a pipe holds is never reported.",
                e)
            { Subject = request.Pod };
        }
        catch (WebSocketException e)
        {
            throw Broken(request, e);
        }
    }

    // Input and output go on at once: a program that writes before it has read everything must not wait for us, nor we for it.
    private static async Task<ExecStatus?> ExchangeAsync(ClientWebSocket socket, ExecRequest request, CancellationToken ct)
    {
        var channels = new ExecChannels(socket);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sending = request.Input is null ? Task.CompletedTask : channels.SendAsync(request.Input, ended.Token);
        try
        {
            var status = await channels.ReceiveAsync(request.Output, request.Errors, ct);
            if (sending.IsCompleted && socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);
            return status;
        }
        finally
        {
            // A program may end without having read all; what it did not want is no fault.
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ApiCall Call(ExecRequest request)
    {
        var query = new QueryText()
            .Add("container", request.Container)
            .Add("stdin", request.Input is null ? null : "true")
            .Add("stdout", "true")
            .Add("stderr", "true");
        foreach (var argument in request.Command) query.AddAlways("command", argument);
        return new ApiCall(HttpMethod.Get, "create", $"{ResourceKind.Pods.PathOf(request.Namespace, request.Pod)}/exec{query}")
        {
            Kind = ResourceKind.Pods,
            Subresource = "exec",
            Namespace = request.Namespace,
            Name = request.Pod,
        };
    }

    // Arguments may carry anything; the program's name is enough to find it.
    private static string Name(ExecRequest request) => $"'{request.Command[0]}' in pod {request.Namespace}/{request.Pod}";

    private static DeployException Refused(ExecRequest request, string message) =>
        new(
            "ExecRefused",
            FaultCategory.InvalidOperation,
            $"{Name(request)} could not be run: {message}",
            "Check that the image has this program, and that the container runs.")
        {
            Subject = request.Pod,
        };

    private static DeployException Broken(ExecRequest request, Exception? e) =>
        new("ExecBrokenOff", FaultCategory.ConnectionError,
            $"The connection to {Name(request)} ended before it reported the exit code{(e is null ? "" : $": {e.Message}")}. "
                + "It may still run there.",
            "Look into the pod before trying again.", e)
        { Subject = request.Pod };

    private static DeployException NoEnd(ExecRequest request) =>
        new("ExecInputUnsupported", FaultCategory.ProtocolError,
            $"{Name(request)} was not given its input: this API server cannot signal the end of an input.",
            $"Use an API server that speaks {ExecChannels.V5} (Kubernetes 1.30 and later).")
        { Subject = request.Pod };
}
