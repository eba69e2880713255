using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Cluster.Ownership;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Configuration;
using RsolvDeploy.Configuration.Values;
using RsolvDeploy.Json;
using RsolvDeploy.Migrations;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Fuzz;

/// <summary>JSON, YAML and text of the configuration, the cluster and its logs.</summary>
internal static class DocumentTargets
{
    private const string Secret = """
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"ns","uid":"1","resourceVersion":"7","managedFields":[{}],
        "ownerReferences":[{"kind":"x","controller":true}],"annotations":{"a":"b\nc"}},"type":"Opaque","data":{"KEY":"c2VjcmV0","x":null}}
        """;

    private const string List = """
        {"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"12","continue":"abc","remainingItemCount":3},"items":[
        {"metadata":{"name":"a"},"data":{"KEY":"c2VjcmV0"}},{"metadata":{"name":"b","ownerReferences":[]},"stringData":{"a":"b"}}]}
        """;

    private const string Fields = """
        {"f:spec":{"f:list":{"k:{\"name\":\"a\"}":{".":{},"f:x":{}}},"f:set":{"v:\"v\"":{}},"f:m":{"f:n":{}}}}
        """;

    private const string Configuration = """
        version: 1
        defaults: { environment: production, url: "https://${HOST:-rsolv.dev}" }
        targets:
          production:
            namespace: rsolv-production
            deployment: rsolv-platform
            rollout: { timeout: 5m, stableFor: 10s, restarts: 3, logErrors: ["^panic: (a|b)+"] }
            secrets: { rsolv-secrets: { DATABASE_URL: postgres-url, SECRET_KEY_BASE: hex(64) } }
            triggers: { database: { json: "$.checks.database", not: ok } }
            insecure: [10.0.0.1:8080]
            signers: [alice.pem]
          staging: { extends: production, namespace: staging, metrics: { families: [a_*], rises: [{ id: a, metric: m, by: 1.5 }] } }
        """;

    private const string Kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{ name: c, context: { cluster: k, user: u, namespace: ns } }]
        clusters:
        - name: k
          cluster: { server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true, tls-server-name: a, proxy-url: "http://u:p@b:1" }
        users:
        - name: u
          user: { exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: /bin/false, args: [a], env: [{ name: a, value: b }] } }
        - { name: v, user: { token: abc, as: me, as-groups: [g], as-user-extra: { k: [v] } } }
        - { name: w, user: { auth-provider: { name: oidc, config: { id-token: a.b.c, idp-issuer-url: "https://x" } } } }
        """;

    private static readonly string[] YamlWords =
        ["- ", ": ", "\n  ", "&a", "*a", "<<: *a", "!!binary |", "|", ">", "? ",
            "---\n", "...", "{", "}", "[", "]", "\t", "#", "~", "0x1f", ".inf"];

    /// <summary>All of them.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.OfText("json", text => StrictJson.Parse(text), Secret, List, "[1,2.5e3,\"\\ud83d\\ude00\",null,true]") with
        {
            Throws = [typeof(JsonException)],
        },
        new("object-yaml", bytes => ObjectYamlReader.Read(bytes), [YamlOf(Secret)])
        {
            Throws = [typeof(FormatException)],
            Words = YamlWords,
        },
        FuzzTarget.OfText("object-to-yaml", RoundTrip, Secret) with { Throws = [typeof(JsonException)] },
        FuzzTarget.OfText("rsolv.yaml", ReadConfiguration, Configuration) with
        {
            ShortRun = 3000,
            Words = [.. YamlWords, "extends: production", "${A", "${A:-b}"],
        },
        new("kubeconfig", ReadKubeconfig, [Encoding.UTF8.GetBytes(Kubeconfig)]) { Words = YamlWords, ShortRun = 2000 },
        FuzzTarget.OfText("list-of-objects", ReadList, List) with { Throws = [typeof(JsonException)] },
        FuzzTarget.OfText("managed-fields", RemoveFields, Fields) with
        {
            Throws = [typeof(JsonException)],
            Words = ["f:", "k:{", "v:", "."],
        },
        FuzzTarget.OfText("secret-values", text => AddSecret(text), Secret) with { Throws = [typeof(JsonException)] },
        FuzzTarget.OfText("log-redaction", text => Redact(text),
            "2026-11-28 DATABASE_URL=postgres://u:p@h/db password: 'x' Authorization: Bearer abc.def.ghi\n"
                + "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n\u001b]0;t\u0007 "
                + "AKIAIOSFODNN7EXAMPLE {\"token\":\"abc\"}") with
        {
            Words = ["password=", "token: ", "://u:p@", "Bearer ", "-----BEGIN ", "=", "\u001b[", "a", "A-", "_"],
        },
        FuzzTarget.OfText("migrations", text => MigrationList.Parse(text),
            "[{:up, 20260101000000, \"create_a\"}, {:down, 20260102000000, \"add_b\"}]",
            "  up  20260101000000  create_a\n  down 2026  b\n") with
        {
            ShortRun = 4000,
        },
        FuzzTarget.OfText("durations-and-sizes", text => _ = (Duration.Parse(text), ByteSize.Parse(text)), "1h30m", "1.5GB", "10s"),
    ];

    private static byte[] YamlOf(string json)
    {
        var output = new ArrayBufferWriter<byte>();
        ObjectYamlWriter.Write(Encoding.UTF8.GetBytes(json), output);
        return output.WrittenSpan.ToArray();
    }

    // What is written is read as the same.
    private static void RoundTrip(string json)
    {
        if (StrictJson.Parse(json) is not JsonObject read) return;
        if (!JsonNode.DeepEquals(ObjectYamlReader.Read(YamlOf(json)), read))
            throw new InvalidOperationException("The YAML is another object.");
    }

    private static void ReadConfiguration(string text)
    {
        var file = ConfigurationFile.Parse(text, "/fuzz/rsolv.yaml", name => name == "HOST" ? "host" : null, "/home/fuzz");
        foreach (var name in file.TargetNames) file.GetTarget(name);
    }

    private static void ReadKubeconfig(byte[] content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"rsolv-fuzz-{Environment.CurrentManagedThreadId}.kubeconfig");
        File.WriteAllBytes(path, content);
        var environment = new KubeconfigEnvironment(_ => null, "/home/fuzz", "/none");
        foreach (var context in (string?[])[null, "c"]) KubeconfigLoader.Load(path, context, environment, SilentReporter.Instance);
    }

    private static void ReadList(string text)
    {
        using var answer = new SensitiveBuffer();
        answer.Write(Encoding.UTF8.GetBytes(text));
        var chunk = ListChunk.Read(answer);
        for (var index = 0; index < chunk.Count; index++)
        {
            ObjectHeader.Read(chunk.Cursor(index), ResourceKind.Secrets);
            ListChunk.Build(chunk[index].Span, ResourceKind.Secrets);
        }
    }

    private static void RemoveFields(string text)
    {
        var item = (JsonObject)StrictJson.Parse("""{"spec":{"list":[{"name":"a","x":1},{"name":"b"}],"set":["v"],"m":{"n":{}}}}""")!;
        foreach (var path in FieldPaths.All(StrictJson.Parse(text)).Take(200)) FieldPaths.Remove(item, path);
    }

    private static void AddSecret(string text)
    {
        if (StrictJson.Parse(text) is JsonObject secret) new Redactor().AddSecret(secret);
    }

    private static void Redact(string text)
    {
        var redactor = new Redactor();
        redactor.Add("secret-value");
        redactor.Apply(text);
    }
}
