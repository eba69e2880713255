using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Staging;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>
/// Every request that is sent, and every response of the sandbox, has the shape that GitHub's own OpenAPI description gives it. The file
/// holds the paths that are used, shapes only (github/rest-api-description).
/// </summary>
public sealed class GitHubShapesTests
{
    private static readonly OpenApiShapes Shapes =
        OpenApiShapes.Load(Path.Combine(AppContext.BaseDirectory, "Staging", "github-rest.json"));

    /// <summary>Calls that the excerpt of the description leaves out.</summary>
    private static readonly string[] Undescribed = ["POST /repos/RSOLV-dev/nodegoat-vulnerability-demo/git/refs", "GET /storage/"];

    [Fact]
    public async Task Requests_and_responses_have_the_shapes_of_the_description()
    {
        var exchanges = await RecordAsync();
        var offenders = new List<string>();
        foreach (var exchange in exchanges.Where(one => !Undescribed.Any($"{one.Method} {one.Path}".StartsWith)))
        {
            var call = $"{exchange.Method} {exchange.Path} {exchange.Status}";
            offenders.AddRange(Shapes.Problems(exchange).Select(problem => $"{call}: {problem}"));
        }

        Assert.True(offenders.Count == 0, string.Join("\n", offenders.Distinct()));
    }

    [Fact]
    public async Task Every_call_and_its_errors_were_made()
    {
        var made = (await RecordAsync()).Select(one => $"{one.Method} {Shapes.PathOf(one)} {one.Status}").ToHashSet();
        const string Repo = "/repos/{owner}/{repo}";
        Assert.Subset(made, new HashSet<string>
        {
            $"GET {Repo} 200",
            $"GET {Repo} 401",
            $"GET {Repo} 403",
            $"GET {Repo} 404",
            $"GET {Repo}/contents/{{path}} 200",
            $"GET {Repo}/contents/{{path}} 404",
            $"PUT {Repo}/contents/{{path}} 201",
            $"GET {Repo}/branches/{{branch}} 200",
            $"GET {Repo}/git/matching-refs/{{ref}} 200",
            $"GET {Repo}/pulls 200",
            $"POST {Repo}/pulls 201",
            $"GET {Repo}/actions/secrets/public-key 200",
            $"GET {Repo}/actions/secrets/{{secret_name}} 200",
            $"PUT {Repo}/actions/secrets/{{secret_name}} 201",
            $"PUT {Repo}/actions/secrets/{{secret_name}} 204",
            $"POST {Repo}/actions/workflows/{{workflow_id}}/dispatches 200",
            $"POST {Repo}/actions/workflows/{{workflow_id}}/dispatches 204",
            $"POST {Repo}/actions/workflows/{{workflow_id}}/dispatches 422",
            $"GET {Repo}/actions/workflows/{{workflow_id}}/runs 200",
            $"GET {Repo}/actions/runs/{{run_id}} 200",
            $"GET {Repo}/actions/runs/{{run_id}}/jobs 200",
            $"GET {Repo}/actions/runs/{{run_id}}/artifacts 200",
            $"POST {Repo}/actions/runs/{{run_id}}/rerun-failed-jobs 201",
            $"POST {Repo}/actions/runs/{{run_id}}/cancel 202",
            $"GET {Repo}/actions/jobs/{{job_id}}/logs 302",
        });
    }

    [Fact]
    public void The_check_of_shapes_finds_what_is_wrong()
    {
        const string Path = "/repos/o/r/actions/secrets/public-key";
        Assert.Empty(Shapes.Problems(new Exchange("GET", Path, "", 200, """{"key_id":"1","key":"k"}""")));
        Assert.Contains("$.key is missing", Shapes.Problems(new Exchange("GET", Path, "", 200, """{"key_id":"1"}""")));
        Assert.Contains("$.key_id is no string", Shapes.Problems(new Exchange("GET", Path, "", 200, """{"key_id":1,"key":"k"}""")));
        Assert.Single(Shapes.Problems(new Exchange("GET", "/repos/o/r/nothing", "", 200, "{}")));
        Assert.NotEmpty(Shapes.Problems(new Exchange("PUT", "/repos/o/r/actions/secrets/A", """{"key_id":"1"}""", 201, "{}")));
    }

    // Every path through the step, good and bad.
    private static async Task<IReadOnlyList<Exchange>> RecordAsync()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var exchanges = new List<Exchange>();
        async Task RunAsync(StagingOptions options)
        {
            var handler = new RecordingHandler();
            await staged.RunAsync(options, handler);
            exchanges.AddRange(handler.Exchanges);
        }

        var asIs = StagedSandbox.Options with { WorkflowUpdate = WorkflowUpdate.None };
        await RunAsync(asIs with { Credential = StagedSandbox.Secure("wrong") });
        staged.Server.Faults.Inject(Fault.GitHubSso);
        await RunAsync(asIs);
        await RunAsync(asIs);
        await RunAsync(StagedSandbox.Options with { WorkflowUpdate = WorkflowUpdate.PullRequest });
        await RunAsync(StagedSandbox.Options);
        staged.Server.Faults.Inject(Fault.WorkflowFails);
        await RunAsync(asIs with { RerunFailed = true });
        await RunAsync(asIs with { Inputs = new Dictionary<string, string> { ["unknown"] = "1" } });
        staged.Server.Faults.Inject(Fault.GitHubWithoutRunDetails, -1);
        await RunAsync(asIs);
        staged.Server.Faults.Clear();
        var own = staged.Target.GitHub!;
        staged.Target = staged.Target with { GitHub = own with { SecretEnvironmentVariable = "RSOLV_NOT_SET" } };
        await RunAsync(asIs);
        staged.Target = staged.Target with { GitHub = own with { Repository = "RSOLV-dev/other" } };
        await RunAsync(asIs);
        staged.Target = staged.Target with { GitHub = own };
        staged.GitHub.StepTime = TimeSpan.FromMinutes(1);
        using var stop = new CancellationTokenSource();
        var recorded = new RecordingHandler();
        using var stopping = new StoppingAt(recorded, stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            staged.RunAsync(asIs with { CancelOnStop = true }, stopping, ct: stop.Token));
        return [.. exchanges, .. recorded.Exchanges];
    }

    private sealed class StoppingAt(HttpMessageHandler inner, CancellationTokenSource stop) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath.EndsWith("/jobs", StringComparison.Ordinal)) await stop.CancelAsync();
            return response;
        }
    }
}
