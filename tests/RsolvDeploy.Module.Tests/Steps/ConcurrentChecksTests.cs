using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;

namespace RsolvDeploy.Module.Tests.Steps;

public class ConcurrentChecksTests
{
    [Fact]
    public async Task Independent_checks_run_concurrently()
    {
        // No request is answered before all have arrived. Checks that ran one after the other would wait for ever.
        string[] expected =
        [
            "registry", "engine", "prometheus alerts", "prometheus query", "platform", "permissions", "secrets", "namespace", "dry run",
            "quotas",
        ];
        var missing = new ConcurrentDictionary<string, bool>(expected.Select(one => KeyValuePair.Create(one, true)));
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = false;
        await using var session = await SandboxedSession.StartAsync(new SandboxOptions
        {
            Arriving = async http =>
            {
                if (!Volatile.Read(ref started) || Name(http.Request) is not { } one) return;
                missing.TryRemove(one, out _);
                if (missing.IsEmpty) all.TrySetResult();
                await all.Task.WaitAsync(http.RequestAborted);
            },
        });
        Volatile.Write(ref started, true);
        var running = Task.Run(() => session.Run(EnvironmentTest.Edited(
            "  kubeconfig: ", "  triggers: { errorRate: { query: vector(0), above: 0.05 } }\n  kubeconfig: ", "Test-RsolvEnvironment")));
        var late = await Record.ExceptionAsync(() => running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(late is null, $"Not requested while the others waited: {string.Join(", ", missing.Keys)}");
        Assert.Equal("Ready", (await running).ThrowOnError().Output.Single().Text("Verdict"));

        static string? Name(HttpRequest request) => (request.Method, request.Path.Value) switch
        {
            ("POST", var path) when path!.EndsWith("/blobs/uploads/", StringComparison.Ordinal) => "registry",
            ("GET", var path) when path!.EndsWith("/info", StringComparison.Ordinal) => "engine",
            (_, "/api/v1/alerts") => "prometheus alerts",
            (_, "/api/v1/query") => "prometheus query",
            ("GET", "/health") => "platform",
            ("POST", var path) when path!.EndsWith("selfsubjectaccessreviews", StringComparison.Ordinal) => "permissions",
            ("GET", var path) when path!.EndsWith("/secrets/rsolv-secrets", StringComparison.Ordinal) => "secrets",
            ("GET", "/api/v1/namespaces/rsolv-production") => "namespace",
            ("PATCH", var path) when path!.EndsWith("/deployments/rsolv-platform", StringComparison.Ordinal) => "dry run",
            ("GET", var path) when path!.EndsWith("/resourcequotas", StringComparison.Ordinal) => "quotas",
            _ => null,
        };
    }
}
