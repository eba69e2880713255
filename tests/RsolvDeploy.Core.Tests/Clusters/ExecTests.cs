using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Exec;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A program's streams over one WebSocket, as a server may send them.</summary>
public class ExecTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly ExecRequest Request = new("shop", "web-0", "web", ["bin/app", "a b", ""]);

    [Fact]
    public async Task Sixty_four_mebibytes_reach_a_slow_reader_byte_by_byte_and_never_wait_in_memory()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var cluster = ClusterClient.Connect(
            ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production"), SilentReporter.Instance);
        var pod = sandbox.Objects.List(KindInfo.Pods, sandbox.Namespace).Items[0]["metadata"]!["name"]!.GetValue<string>();
        var way = new SlowConnection(64 * 1024 * 1024);
        Assert.Equal(0, await cluster.ExecAsync(
            new ExecRequest(sandbox.Namespace, pod, null, ["cat"])
            {
                Input = way.Input,
                Output = way.Output,
                Limit = TimeSpan.FromMinutes(5),
            },
            Ct));
        Assert.Equal(64 * 1024 * 1024, way.Received);
        Assert.True(way.ArrivedWhole, "what came back is not what was sent");
        // What was sent and not yet read lies in the sockets and pipes on the way, however much the whole is.
        Assert.True(way.MostUnderWay < 32 * 1024 * 1024, $"{way.MostUnderWay} bytes were under way at once");
    }

    [Fact]
    public async Task Messages_in_pieces_and_channels_in_turn_are_put_together()
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var code = await RunAsync(
            async socket =>
            {
                await SendAsync(socket, [1], last: false);
                await SendAsync(socket, "one "u8.ToArray(), last: false);
                await SendAsync(socket, "two"u8.ToArray(), last: true);
                await SendAsync(socket, [2, (byte)'!'], last: true);
                await SendAsync(socket, [1], last: true);
                await SendAsync(socket, [.. "\u0003"u8, .. Exit(7)[..5]], last: false);
                await SendAsync(socket, Exit(7)[5..], last: true);
            },
            Request with { Output = output, Errors = errors });
        Assert.Equal((7, "one two", "!"), (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray())));
    }

    [Fact]
    public async Task Each_argument_goes_on_its_own_and_no_input_is_asked_for()
    {
        await using var api = await ScriptedApi.StartAsync(null, Serve(socket => SendAsync(socket, [3, .. Exit(0)], last: true)));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        await cluster.ExecAsync(Request, Ct);
        Assert.EndsWith(
            "/api/v1/namespaces/shop/pods/web-0/exec?container=web&stdout=true&stderr=true&command=bin%2Fapp&command=a%20b&command=",
            api.Requests.Single(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_ends_without_a_status_is_no_success()
    {
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => RunAsync(socket => SendAsync(socket, [1, 65], last: true), Request));
        Assert.Equal("ExecBrokenOff", fault.Id);
        Assert.Contains("may still run", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_without_an_exit_code_is_a_refusal_that_quotes_the_server()
    {
        var status = Encoding.UTF8.GetBytes("""{"status":"Failure","reason":"InternalError","message":"container not running"}""");
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() =>
            RunAsync(socket => SendAsync(socket, [3, .. status], last: true), Request));
        Assert.Equal("ExecRefused", fault.Id);
        Assert.Contains("container not running", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_server_runs_programs_without_input_and_is_not_given_one_that_never_ends()
    {
        var old = Serve(socket => SendAsync(socket, [3, .. Exit(0)], last: true), "v4.channel.k8s.io");
        await using var api = await ScriptedApi.StartAsync(null, old);
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        Assert.Equal(0, await cluster.ExecAsync(Request, Ct));
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() =>
            cluster.ExecAsync(Request with { Input = new MemoryStream([1]) }, Ct));
        Assert.Equal("ExecInputUnsupported", fault.Id);
    }

    [Fact]
    public async Task Who_may_not_run_programs_is_told_which_verb_is_missing()
    {
        await using var api = await ScriptedApi.StartAsync(null, http =>
        {
            http.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => cluster.ExecAsync(Request, Ct));
        Assert.Equal("Forbidden", fault.Id);
        Assert.Contains("'create' on 'pods/exec'", fault.Remedy, StringComparison.Ordinal);
    }

    private static async Task<int> RunAsync(Func<WebSocket, Task> serve, ExecRequest request)
    {
        await using var api = await ScriptedApi.StartAsync(null, Serve(serve));
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        return await cluster.ExecAsync(request, Ct);
    }

    private static RequestDelegate Serve(Func<WebSocket, Task> serve, string protocol = "v5.channel.k8s.io") => async http =>
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        await serve(socket);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
    };

    private static Task SendAsync(WebSocket socket, byte[] piece, bool last) =>
        socket.SendAsync(piece, WebSocketMessageType.Binary, last, Ct);

    private static byte[] Exit(int code) => Encoding.UTF8.GetBytes(code == 0
        ? """{"metadata":{},"status":"Success"}"""
        : $$$"""{"metadata":{},"status":"Failure","message":"exit code {{{code}}}","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"{{{code}}}"}]}}""");
}
