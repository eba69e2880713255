using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>
/// Marks a deployment in Grafana with its start, its end and its result, where the target configures it. Grafana that fails is a warning
/// and never fails a deployment.
/// </summary>
internal static class DeploymentAnnotation
{
    // A deployment that ended does not wait for Grafana any longer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Adds the annotation, once for each run and step.</summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="result">The result of the step, which wrote to the cluster.</param>
    /// <param name="started">When it began.</param>
    /// <param name="ct">Cancels the annotation; the result of the step stays.</param>
    public static async Task AddAsync(StepContext context, IStepResult result, DateTimeOffset started, CancellationToken ct)
    {
        if (context.Target.Grafana is not { Annotates: true }) return;
        using var limit = new CancellationTokenSource(Limit, context.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            var link = DashboardAccess.LinkOf(context, null);
            using var client = DashboardAccess.Open(context, link.Organization);
            // A resumed run may have added it already.
            string[] once = [$"run:{context.RunId}", $"step:{result.GetType().Name.ToLowerInvariant()}"];
            if (await client.HasAnnotationAsync(once, both.Token)) return;
            string[] tags = ["rsolv", "deployment", context.Target.Name, $"{result.Status}".ToLowerInvariant(), .. once];
            await client.AddAnnotationAsync(
                new JsonObject
                {
                    ["dashboardUID"] = link.Uid,
                    ["time"] = started.ToUnixTimeMilliseconds(),
                    ["timeEnd"] = context.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
                    ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]),
                    ["text"] = context.Redactor.Apply(result.ToString() ?? ""),
                },
                both.Token);
            context.Reporter.Verbose($"The deployment is marked in the dashboard {link.Uid}.");
        }
        catch (Exception error)
        {
            var reason = limit.IsCancellationRequested && !ct.IsCancellationRequested
                ? $"Grafana did not respond within {Limit.TotalSeconds:0} s."
                : UnexpectedError.From(error).Message;
            context.Reporter.Warning($"The deployment is not marked in Grafana: {reason}");
        }
    }
}
