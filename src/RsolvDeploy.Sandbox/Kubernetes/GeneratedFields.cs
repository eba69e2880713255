using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// Fills the fields that an API server and its controllers fill when an object is created, and refuses those of another object, as they do.
/// </summary>
internal static class GeneratedFields
{
    private const int FirstNodePort = 30000;
    private const int LastNodePort = 32767;
    private const string TokenType = "kubernetes.io/service-account-token";

    private static readonly string[] UidLabels = ["batch.kubernetes.io/controller-uid", "controller-uid"];
    private static readonly string[] NameLabels = ["batch.kubernetes.io/job-name", "job-name"];

    /// <summary>Fills what the API server fills in a new object.</summary>
    public static void Create(ObjectStore store, KindInfo kind, JsonObject item)
    {
        if (kind.Plural == "jobs") CreateJob(kind, item);
        else if (kind == KindInfo.Services) AssignAddresses(store, kind, item);
        else if (kind == KindInfo.Pods) RefuseEphemeralContainers(kind, item);
        else if (IsToken(kind, item)) RequireAccount(kind, item);
    }

    /// <summary>Fills what the controllers fill soon after.</summary>
    public static void Control(ObjectStore store, KindInfo kind, JsonObject item)
    {
        if (kind.Plural == "persistentvolumeclaims") Bind(store, item);
        else if (IsToken(kind, item)) IssueToken(store, item);
    }

    /// <summary>Fills an object that is replaced, from the one that is stored.</summary>
    public static void Update(ObjectStore store, KindInfo kind, JsonObject stored, JsonObject wanted)
    {
        if (kind != KindInfo.Services || wanted["spec"] is not JsonObject spec) return;
        foreach (var field in new[] { "clusterIP", "clusterIPs" })
            if (spec[field] is null && stored.At("spec", field) is { } value) spec[field] = value.DeepClone();
        foreach (var port in Ports(wanted).Where(port => port["nodePort"] is null))
        {
            var same = Ports(stored).FirstOrDefault(other => other["port"].Number() == port["port"].Number());
            if (same?["nodePort"] is { } value) port["nodePort"] = value.DeepClone();
        }

        AssignAddresses(store, kind, wanted);
    }

    private static void CreateJob(KindInfo kind, JsonObject job)
    {
        if (job["spec"] is not JsonObject spec) return;
        var labels = spec.Object("template").Object("metadata").Object("labels");
        spec["manualSelector"] ??= false;
        if (spec["manualSelector"]!.GetValue<bool>()) return;
        var uid = job.Uid();
        foreach (var label in UidLabels)
        {
            if (labels[label].Text() is { } other && other != uid)
            {
                throw ApiError.Invalid(
                    kind, job.Name(), "spec.template.metadata.labels", $"Invalid value: {labels.ToJsonString()}: must be '{uid}'");
            }
        }

        if (spec["selector"] is not null)
        {
            throw ApiError.Invalid(
                kind, job.Name(), "spec.selector", $"Invalid value: {spec["selector"]!.ToJsonString()}: `selector` not auto-generated");
        }

        foreach (var label in NameLabels)
        {
            if (labels[label].Text() is { } other && other != job.Name())
            {
                throw ApiError.Invalid(
                    kind, job.Name(), "spec.template.metadata.labels", $"Invalid value: {labels.ToJsonString()}: must be '{job.Name()}'");
            }
        }

        foreach (var label in UidLabels) labels[label] = uid;
        foreach (var label in NameLabels) labels[label] = job.Name();
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [UidLabels[0]] = uid } };
        // Labels of a Job without labels are those of its pods.
        if (job.At("metadata", "labels") is not JsonObject { Count: > 0 }) job.Object("metadata")["labels"] = labels.DeepClone();
    }

    private static void AssignAddresses(ObjectStore store, KindInfo kind, JsonObject service)
    {
        if (service["spec"] is not JsonObject spec || spec["type"].Text() == "ExternalName") return;
        var others = store.List(KindInfo.Services, null).Items.Where(other => other.Uid() != service.Uid()).ToList();
        if (spec["clusterIP"].Text() is not { Length: > 0 } address)
        {
            spec["clusterIP"] = address = $"10.96.{RandomNumberGenerator.GetInt32(1, 250)}.{RandomNumberGenerator.GetInt32(1, 250)}";
        }
        else if (address != "None" && others.Any(other => other.At("spec", "clusterIP").Text() == address))
        {
            throw ApiError.Invalid(
                kind,
                service.Name(),
                "spec.clusterIPs",
                $"Invalid value: [\"{address}\"]: failed to allocate IP {address}: provided IP is already allocated");
        }

        spec["clusterIPs"] = new JsonArray(address);
        if (spec["type"].Text() is "NodePort" or "LoadBalancer") AssignNodePorts(kind, service, others);
    }

    private static void AssignNodePorts(KindInfo kind, JsonObject service, List<JsonObject> others)
    {
        var taken = others.SelectMany(Ports).Select(port => port["nodePort"].Number()).OfType<int>().ToHashSet();
        var index = 0;
        foreach (var port in Ports(service))
        {
            if (port["nodePort"].Number() is { } wanted)
            {
                if (taken.Contains((int)wanted))
                {
                    throw ApiError.Invalid(
                        kind,
                        service.Name(),
                        $"spec.ports[{index}].nodePort",
                        $"Invalid value: {wanted}: provided port is already allocated");
                }
            }
            else
            {
                int free;
                do free = RandomNumberGenerator.GetInt32(FirstNodePort, LastNodePort + 1);
                while (!taken.Add(free));
                port["nodePort"] = free;
            }

            index++;
        }
    }

    private static bool IsToken(KindInfo kind, JsonObject item) => kind == KindInfo.Secrets && item["type"].Text() == TokenType;

    private static string? Account(JsonObject secret) =>
        secret.At("metadata", "annotations", "kubernetes.io/service-account.name").Text();

    private static void RequireAccount(KindInfo kind, JsonObject secret)
    {
        if (Account(secret) is null)
            throw ApiError.Invalid(kind, secret.Name(), "metadata.annotations[kubernetes.io/service-account.name]", "Required value");
    }

    private static void IssueToken(ObjectStore store, JsonObject secret)
    {
        var accounts = store.Kinds.First(known => known.Plural == "serviceaccounts");
        var uid = store.Find(accounts, secret.Namespace(), Account(secret)!)?.Uid() ?? Guid.NewGuid().ToString();
        secret.Object("metadata").Object("annotations")["kubernetes.io/service-account.uid"] = uid;
        var data = secret.Object("data");
        data["ca.crt"] = Encode("sandbox");
        data["namespace"] = Encode(secret.Namespace() ?? "");
        data["token"] = Encode($"sbxsecret-token-{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
    }

    // As the volume controller does: a claim without a volume gets an available one of its class.
    private static void Bind(ObjectStore store, JsonObject claim)
    {
        if (claim.At("spec", "volumeName") is not null) return;
        var volumes = store.Kinds.First(known => known.Plural == "persistentvolumes");
        var volume = store.List(volumes, null).Items.FirstOrDefault(one => one.At("spec", "claimRef") is null
            && one.At("spec", "storageClassName").Text() == claim.At("spec", "storageClassName").Text());
        claim.Object("status")["phase"] = volume is null ? "Pending" : "Bound";
        if (volume is null) return;
        claim.Object("spec")["volumeName"] = volume.Name();
        var annotations = claim.Object("metadata").Object("annotations");
        annotations["pv.kubernetes.io/bind-completed"] = "yes";
        annotations["pv.kubernetes.io/bound-by-controller"] = "yes";
        store.Update(volumes, null, volume.Name(), bound =>
        {
            bound.Object("spec")["claimRef"] = new JsonObject { ["name"] = claim.Name(), ["uid"] = claim.Uid() };
            return bound;
        });
    }

    private static void RefuseEphemeralContainers(KindInfo kind, JsonObject pod)
    {
        if (pod.At("spec", "ephemeralContainers") is JsonArray { Count: > 0 })
            throw ApiError.Invalid(kind, pod.Name(), "spec.ephemeralContainers", "Forbidden: cannot be set on create");
    }

    private static IEnumerable<JsonObject> Ports(JsonObject service) =>
        (service.At("spec", "ports") as JsonArray ?? []).OfType<JsonObject>();

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
