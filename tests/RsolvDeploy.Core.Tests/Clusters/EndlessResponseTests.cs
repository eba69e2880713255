using System.Text;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>What a server sends without an end does not fill the memory.</summary>
public class EndlessResponseTests
{
    private const int Mebibyte = 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_an_error_only_the_beginning_is_read()
    {
        await using var endless = new Endless(403);
        await using var api = await ScriptedApi.StartAsync(null, endless.AnswerAsync);
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<ApiException>(() => cluster.GetAsync(ResourceKind.ConfigMaps, "ns", "a", Ct));
        Assert.Equal("Forbidden", fault.Id);
    }

    [Fact]
    public async Task An_object_without_an_end_is_refused_and_not_asked_for_again()
    {
        await using var endless = new Endless(200);
        await using var api = await ScriptedApi.StartAsync(null, endless.AnswerAsync);
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<ApiException>(() => cluster.GetAsync(ResourceKind.ConfigMaps, "ns", "a", Ct));
        Assert.Equal("ResponseTooLong", fault.Id);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task A_log_line_without_an_end_is_cut()
    {
        var part = new string('x', Mebibyte);
        await using var api = await ScriptedApi.StartAsync(null, async http =>
        {
            for (var i = 0; i < 8; i++) await http.Response.WriteAsync(part, Ct);
            await http.Response.WriteAsync("\nafter\n", Ct);
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var lengths = new List<int>();
        await foreach (var line in cluster.ReadLogAsync("ns", "pod", new LogOptions(), Ct)) lengths.Add(line.Length);
        Assert.Equal([Mebibyte, "after".Length], lengths);
    }

    [Fact]
    public async Task A_list_of_large_objects_is_asked_for_in_smaller_chunks()
    {
        // 600 objects of 600 KiB: 500 of them are more than is read at once.
        var data = new string('x', 600 * 1024);
        await using var api = await ScriptedApi.StartAsync(null, async http =>
        {
            var limit = int.Parse(http.Request.Query["limit"]!);
            var from = int.TryParse(http.Request.Query["continue"], out var at) ? at : 0;
            var to = Math.Min(from + limit, 600);
            var next = to < 600 ? to.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
            await http.Response.WriteAsync($$"""{"metadata":{"resourceVersion":"1","continue":"{{next}}"},"items":[""", Ct);
            for (var i = from; i < to && !http.RequestAborted.IsCancellationRequested; i++)
            {
                var item = $$"""{"metadata":{"name":"n{{i}}","resourceVersion":"1"},"data":{"k":"{{data}}" } }""";
                await http.Response.WriteAsync((i > from ? "," : "") + item, http.RequestAborted);
            }

            await http.Response.WriteAsync("]}", Ct);
        });
        using var cluster = new ClusterClient(api.Connection(), SilentReporter.Instance, TimeProvider.System);
        var names = new HashSet<string>();
        await foreach (var item in cluster.ListAsync(ResourceKind.ConfigMaps, "ns", null, null, Ct))
            names.Add(item["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal(600, names.Count);
        Assert.Contains("limit=500", api.Requests[0], StringComparison.Ordinal);
        Assert.Contains("limit=62", api.Requests[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\r\n\r\nb\n", new[] { "a", "", "b" })]
    [InlineData("abcdefgh\nij\n", new[] { "abcd", "ij" })]
    public async Task Lines_are_read_as_the_system_reads_them_and_long_ones_are_cut(string text, string[] expected)
    {
        var lines = new BoundedLines(new StringReader(text), 4) { CutsLongLines = true };
        var read = new List<string>();
        while (await lines.NextAsync(Ct) is { } line) read.Add(line);
        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task A_line_that_may_not_be_cut_is_refused()
    {
        var lines = new BoundedLines(new StringReader("abcdefgh\n"), 4);
        await Assert.ThrowsAsync<InputTooLongException>(() => lines.NextAsync(Ct));
    }

    /// <summary>A body that goes on until nobody reads it.</summary>
    private sealed class Endless(int status) : IAsyncDisposable
    {
        private static readonly byte[] Block = Encoding.UTF8.GetBytes(new string(' ', 64 * 1024));
        private readonly CancellationTokenSource _end = new();

        public async Task AnswerAsync(HttpContext http)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, http.RequestAborted);
            http.Response.StatusCode = status;
            try
            {
                while (true) await http.Response.Body.WriteAsync(Block, either.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Nobody reads any more.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _end.Dispose();
        }
    }
}
