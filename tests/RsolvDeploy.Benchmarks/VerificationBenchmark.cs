using System.Diagnostics;
using System.Net;
using System.Text;
using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Services;

namespace RsolvDeploy.Benchmarks;

/// <summary>A hundred checks that each ask a Prometheus that takes 200 ms: how long the measurement takes.</summary>
internal static class VerificationBenchmark
{
    private const int Checks = 100;

    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync()
    {
        using var listener = new HttpListener();
        int port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        Task serving = ServeAsync(listener);
        using var prometheus = PrometheusClient.Open(
            new PrometheusSettings { Job = "benchmark", Url = new Uri($"http://127.0.0.1:{port}/") }, ServiceAccess.Anonymous());
        for (int round = 1; round <= 5; round++)
        {
            var watch = Stopwatch.StartNew();
            IReadOnlyList<Check> checks = await new RepeatedChecks(new VerificationSettings(), TimeProvider.System).RunAsync(
                async () => await Task.WhenAll(Enumerable.Range(1, Checks).Select(number => EvaluateAsync(prometheus, number))),
                CancellationToken.None);
            int passed = checks.Count(check => check.Status == CheckStatus.Passed);
            Console.WriteLine($"{passed} of {Checks} checks of {Each.TotalMilliseconds} ms in {watch.Elapsed.TotalMilliseconds:0} ms");
        }

        listener.Stop();
        await serving;
    }

    private static Task<Check> EvaluateAsync(PrometheusClient prometheus, int number) =>
        CheckTable.MetricsRise.For($"c{number}", "a query").EvaluateAsync(
            new CheckScope(TimeProvider.System, CancellationToken.None),
            async () => CheckOutcome.MetIf((await prometheus.QueryAsync("vector(1)", CancellationToken.None)).Count == 1, "", null));

    private static async Task ServeAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        await Task.Delay(Each);
        byte[] body = Encoding.UTF8.GetBytes(
            """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000,"1"]}]}}""");
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
