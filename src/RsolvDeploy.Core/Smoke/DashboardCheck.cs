using System.Net.Http.Headers;
using System.Text;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Json;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary><c>smoke.dashboard</c>: Grafana responds, and the dashboard is there.</summary>
/// <param name="context">The step's context.</param>
internal sealed class DashboardCheck(StepContext context)
{
    private const string Remedy = "Check grafana of the target: its address, its credential and the uid of the dashboard.";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<Check>> EvaluateAsync(CancellationToken ct) =>
        [await context.EvaluateAsync(CheckTable.SmokeDashboard, () => MeasureAsync(ct), ct)];

    private async Task<CheckOutcome> MeasureAsync(CancellationToken ct)
    {
        if (context.Target.Grafana is not { } grafana) return CheckOutcome.Skipped("the target has no grafana");
        using var http = grafana.Url is null ? context.Cluster.OpenService(grafana.Service!) : HealthProbe.CreateClient();
        var address = grafana.Url ?? new Uri($"http://{grafana.Service!.Name}.{grafana.Service.Namespace}:{grafana.Service.Port}/");
        if (grafana.Credential is { } credential) http.DefaultRequestHeaders.Authorization = await ReadAsync(credential, ct);

        var health = await GetAsync(http, address, "api/health", ct);
        var dashboard = await GetAsync(http, address, $"api/dashboards/uid/{Uri.EscapeDataString(grafana.Dashboard)}", ct);
        return WorstOutcome.From(health, dashboard);
    }

    private async Task<CheckOutcome> GetAsync(HttpClient http, Uri grafana, string path, CancellationToken ct)
    {
        var endpoint = new Endpoint(http, Endpoint.AddressOf(grafana, path), Timeout, context.Clock);
        var (response, _) = await endpoint.GetAsync("application/json", static (_, _) => Task.FromResult(true), ct);
        return response.Status == 200
            ? CheckOutcome.Met($"{path} responded {response}").Compared(200, 200)
            : response.ToOutcome(endpoint, Remedy);
    }

    private async Task<AuthenticationHeaderValue> ReadAsync(CredentialReference reference, CancellationToken ct)
    {
        var parts = reference.Secret.Split('/', 2);
        var (ns, name) = parts.Length == 2 ? (parts[0], parts[1]) : (context.Target.Namespace, parts[0]);
        var secret = await context.Cluster.GetAsync(ResourceKind.Secrets, ns, name, ct);
        var pair = $"{Value(reference.Username)}:{Value(reference.Password)}";
        context.Redactor.Add(pair);
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

        string Value(string key) => secret.At("data", key).Text() is { } encoded
            ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Trim()
            : throw new DeployException("CredentialNotFound", FaultCategory.ObjectNotFound,
                $"The Secret {ns}/{name} has no key {key}.", "Create it, or correct grafana.credential of the target.");
    }
}
