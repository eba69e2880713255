using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Sandbox;

/// <summary>The initial objects of a sandbox: the platform in two namespaces, and its monitoring.</summary>
internal static class SandboxSeed
{
    public const string Deployment = "rsolv-platform";
    public const string Repository = "rsolv-dev/rsolv-platform";
    public const int Replicas = 2;

    public static void Create(ObjectStore store, ServicesHost services, string authorityPem)
    {
        var image = services.Images.SeedPushed(Repository, "production-20260101-000000", "healthy");
        services.Images.SeedPushed(Repository, "production-20260102-000000", "healthy");
        var reference = $"{services.RegistryHost}/{Repository}@{image.Digest}";
        foreach (var ns in new[] { "default", "kube-system", "monitoring", "rsolv-production", "rsolv-staging" })
            store.Create(KindInfo.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        foreach (var ns in new[] { "rsolv-production", "rsolv-staging" }) CreatePlatform(store, ns, reference, services.Platform.ApiKey);
        Static(store, "monitoring", "prometheus", "prometheus-service", 9090);
        Static(store, "monitoring", "grafana", "grafana-service", 3000);
        Static(store, "monitoring", "alertmanager", "alertmanager-service", 9093);
        store.Create(KindInfo.Secrets, "monitoring", Secret("grafana-admin", new()
        {
            ["admin-user"] = services.Options.Grafana.Username,
            ["admin-password"] = services.Options.Grafana.Password,
        }));
        store.Create(KindInfo.Secrets, "monitoring", Secret("platform-authority", new() { ["ca.crt"] = authorityPem }));
    }

    private static void CreatePlatform(ObjectStore store, string ns, string image, string apiKey)
    {
        store.Create(
            KindInfo.ConfigMaps,
            ns,
            ConfigMap(
                "rsolv-config", new() { ["PHX_HOST"] = "rsolv.dev", ["PORT"] = "4000", ["POOL_SIZE"] = "010", ["FEATURES"] = "yes" }));
        store.Create(KindInfo.ConfigMaps, ns, ConfigMap("kube-root-ca.crt", new() { ["ca.crt"] = "-----BEGIN CERTIFICATE-----\n" }));
        store.Create(KindInfo.Secrets, ns, Secret("rsolv-secrets", new()
        {
            ["DATABASE_URL"] = "postgres://rsolv:sbxsecret-database@postgres:5432/rsolv",
            ["SECRET_KEY_BASE"] = string.Concat(Enumerable.Repeat("5b", 32)),
            ["ANTHROPIC_API_KEY"] = "sbxsecret-anthropic",
            ["OPENAI_API_KEY"] = "sbxsecret-openai",
            ["POSTMARK_API_KEY"] = "sbxsecret-postmark",
            ["DEMO_API_KEY"] = apiKey,
        }));
        store.Create(KindInfo.Services, ns, Service(Deployment, 80, "http"));
        store.Create(KindInfo.Deployments, ns, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = Deployment, ["labels"] = new JsonObject { ["app"] = Deployment } },
            ["spec"] = new JsonObject
            {
                ["replicas"] = Replicas,
                ["progressDeadlineSeconds"] = 60,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Deployment } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = Deployment } },
                    ["spec"] = new JsonObject
                    {
                        ["containers"] = new JsonArray(new JsonObject
                        {
                            ["name"] = Deployment,
                            ["image"] = image,
                            ["ports"] = new JsonArray(new JsonObject { ["name"] = "http", ["containerPort"] = 4000 }),
                            ["envFrom"] = new JsonArray(
                                new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = "rsolv-config" } },
                                new JsonObject { ["secretRef"] = new JsonObject { ["name"] = "rsolv-secrets" } }),
                            ["readinessProbe"] = new JsonObject
                            {
                                ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = "http" },
                                ["periodSeconds"] = 2,
                            },
                        }),
                    },
                },
            },
        });
    }

    private static void Static(ObjectStore store, string ns, string app, string service, int port)
    {
        store.Create(KindInfo.Services, ns, Service(app, port, "web", service));
        store.Create(KindInfo.Pods, ns, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{app}-0", ["labels"] = new JsonObject { ["app"] = app, ["sandbox"] = "static" } },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = app,
                    ["image"] = app,
                    ["ports"] = new JsonArray(new JsonObject { ["name"] = "web", ["containerPort"] = port }),
                }),
            },
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            },
        });
    }

    private static JsonObject Service(string app, int port, string target, string? name = null) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name ?? app },
        ["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["app"] = app },
            ["ports"] = new JsonArray(new JsonObject { ["name"] = target, ["port"] = port, ["targetPort"] = target, ["protocol"] = "TCP" }),
            ["type"] = "ClusterIP",
        },
    };

    private static JsonObject ConfigMap(string name, Dictionary<string, string> data) =>
        new()
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonObject(data.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        };

    private static JsonObject Secret(string name, Dictionary<string, string> data) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["type"] = "Opaque",
        ["data"] = new JsonObject(
            data.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.Value))))),
    };
}
