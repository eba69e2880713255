using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// The API metrics.k8s.io as metrics-server serves it: the newest measurement of each running pod and node, only to be read. It measures
/// once a second, where metrics-server does every 15 seconds.
/// </summary>
internal sealed class UsageEndpoint(ObjectStore store, FaultInjector faults)
{
    private const long KibiBytes = 96 * 1024;
    private const long GrowthPerSecond = 8 * 1024;
    private const long MilliCores = 40;
    private const long SpikeMilliCores = 1500;

    private readonly Lock _gate = new();
    private DateTimeOffset? _growingSince;

    /// <summary>The response to a read; null when the kind is none of this API.</summary>
    public JsonObject? Read(HttpContext http, ApiPath to, Selector selection)
    {
        if (to.Kind != KindInfo.PodMetrics && to.Kind != KindInfo.NodeMetrics) return null;
        if (http.Request.Method != "GET" || http.Request.Query["watch"] == "true")
            throw new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        var now = DateTimeOffset.UtcNow;
        var measured = to.Kind == KindInfo.PodMetrics
            ? store.List(KindInfo.Pods, to.Namespace).Items.Where(IsMeasured).Select(pod => (Source: pod, Usage: OfPod(pod, now)))
            : store.List(KindInfo.Nodes, null).Items.Select(node => (Source: node, Usage: OfNode(node, now)));
        if (to.Name is { } name)
        {
            return measured.FirstOrDefault(one => one.Source.At("metadata", "name").Text() == name).Usage
                ?? throw ApiError.NotFound(to.Kind, name);
        }

        return new JsonObject
        {
            ["kind"] = $"{to.Kind.Kind}List",
            ["apiVersion"] = to.Kind.ApiVersion,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray(
                [.. measured.Where(one => selection.Matches(one.Source)).Select(one => (JsonNode)WithoutKind(one.Usage))]),
        };
    }

    private static bool IsMeasured(JsonObject pod) => pod.At("status", "phase").Text() == "Running";

    private JsonObject OfPod(JsonObject pod, DateTimeOffset now)
    {
        var containers = pod.At("spec", "containers") as JsonArray ?? [];
        return With(
            Measurement(KindInfo.PodMetrics, pod, now),
            "containers",
            new JsonArray([.. containers.Select((container, index) => (JsonNode)new JsonObject
            {
                ["name"] = container.At("name").Text(),
                ["usage"] = Usage(pod.At("metadata", "name").Text()!, index, now),
            })]));
    }

    private JsonObject OfNode(JsonObject node, DateTimeOffset now) =>
        With(Measurement(KindInfo.NodeMetrics, node, now), "usage", Usage(node.At("metadata", "name").Text()!, 0, now));

    private static JsonObject Measurement(KindInfo kind, JsonObject source, DateTimeOffset now)
    {
        var metadata = new JsonObject { ["name"] = source.At("metadata", "name").Text() };
        if (kind.Namespaced) metadata["namespace"] = source.At("metadata", "namespace").Text();
        metadata["creationTimestamp"] = Time(now);
        if (source.At("metadata", "labels") is { } labels) metadata["labels"] = labels.DeepClone();
        return new JsonObject
        {
            ["kind"] = kind.Kind,
            ["apiVersion"] = kind.ApiVersion,
            ["metadata"] = metadata,
            ["timestamp"] = Time(now),
            ["window"] = "1s",
        };
    }

    private JsonObject Usage(string name, int index, DateTimeOffset now)
    {
        // A working set is never quite still: within a percent, differently for each pod, and without a direction.
        var second = now.ToUnixTimeSeconds();
        var wobble = (((second * 7919) + name.Sum(letter => letter)) % 13) - 6;
        var memory = (KibiBytes / (index + 1)) + (wobble * 64) + (Growing(now) * GrowthPerSecond);
        var cpu = faults.IsActive(Fault.CpuSpike) ? SpikeMilliCores : MilliCores + wobble;
        return new JsonObject
        {
            ["cpu"] = string.Create(CultureInfo.InvariantCulture, $"{cpu * 1_000_000}n"),
            ["memory"] = string.Create(CultureInfo.InvariantCulture, $"{memory}Ki"),
        };
    }

    private long Growing(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!faults.IsActive(Fault.MemoryGrowth))
            {
                _growingSince = null;
                return 0;
            }

            _growingSince ??= now;
            return (long)(now - _growingSince.Value).TotalSeconds;
        }
    }

    private static JsonObject With(JsonObject measured, string name, JsonNode value)
    {
        measured[name] = value;
        return measured;
    }

    private static JsonObject WithoutKind(JsonObject measured)
    {
        measured.Remove("kind");
        measured.Remove("apiVersion");
        return measured;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
