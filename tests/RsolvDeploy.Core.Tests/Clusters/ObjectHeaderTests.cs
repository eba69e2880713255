using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Json;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>What is left out of an object that is written as it came is what is taken out of one that was built up.</summary>
public class ObjectHeaderTests
{
    private static readonly JsonSerializerOptions AsServer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ResourceKind[] Kinds =
    [
        ResourceKind.ConfigMaps, ResourceKind.Secrets, ResourceKind.Services, ResourceKind.ServiceAccounts, ResourceKind.Deployments,
        ResourceKind.CronJobs, ResourceKind.Jobs, ResourceKind.Pods, ResourceKind.PersistentVolumeClaims,
    ];

    // Each where the server puts it, and where it means nothing special.
    private static readonly string[][] Paths =
    [
        .. ServerAssignedFields.All.Select(field => field.Path),
        .. ServerAssignedFields.All.Select(field => field.When?.Path).OfType<string[]>(),
        .. ServerManagedFields.Stamps,
        .. new[]
        {
        "status", "status.phase", "apiVersion", "kind", "type", "secrets", "secrets.a", "spec", "spec.clusterIP", "spec.clusterIPs",
        "spec.clusterIPs.a", "spec.ports", "spec.template", "spec.template.metadata",
        "spec.template.metadata.creationTimestamp", "spec.template.metadata.labels", "spec.template.creationTimestamp",
        "spec.creationTimestamp", "metadata.resourceVersion", "metadata.uid", "metadata.creationTimestamp",
        "metadata.generation", "metadata.managedFields", "metadata.managedFields.f", "metadata.ownerReferences", "metadata.selfLink",
        "metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds",
        "metadata.annotations", "metadata.labels.uid", "metadata.name", "metadata.namespace", "data", "data.status", "data.metadata",
            "data.uid", "data.resourceVersion",
        }.Select(path => path.Split('.')),
    ];

    private static readonly Gen<JsonNode?> Values = Gen.Elements<Func<JsonNode?>>(
        () => "None", () => "yes", () => "kubernetes.io/service-account-token", () => false, () => "10.0.0.1",
        () => "", () => "text", () => "a\nb", () => 7, () => null, () => true, () => new JsonObject(),
        () => new JsonArray(), () => new JsonArray("None"),
        () => new JsonArray(new JsonObject { ["kind"] = "ReplicaSet", ["name"] = "web-1", ["uid"] = "1" }),
        () => new JsonObject { ["uid"] = "x", ["status"] = new JsonArray(1, new JsonObject { ["a"] = new JsonObject() }) })
            .Select(make => make());

    private static readonly Arbitrary<(ResourceKind Kind, JsonObject Object)> Objects = (
        from kind in Gen.Elements(Kinds)
        from paths in Gen.Elements(Paths).ArrayOf()
        from values in Values.ListOf(paths.Length)
        select (kind, Build(paths.Zip(values)))).ToArbitrary();

    [Fact]
    public void The_same_fields_are_left_out_of_what_came_and_of_what_was_built() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Objects, one =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(one.Object, AsServer);
            var tokens = JsonTokens.Of(json);
            var outline = ObjectHeader.Read(tokens, one.Kind);
            var text = new ArrayBufferWriter<byte>();
            ObjectYamlWriter.Write(tokens, text);

            var built = one.Object.DeepClone().AsObject();
            built["apiVersion"] = one.Kind.ApiVersion;
            built["kind"] = one.Kind.Kind;
            var version = built["metadata"]?["resourceVersion"] is JsonValue value && value.TryGetValue<string>(out var said) ? said : "";
            var owners = ServerManagedFields.Remove(built);
            built.Remove("apiVersion");
            built.Remove("kind");
            return JsonNode.DeepEquals(ObjectYamlReader.Read(text.WrittenSpan), built)
                && YamlEquivalence.Matches(text.WrittenSpan, tokens)
                && outline.Owners.SequenceEqual(owners)
                && outline.Version == version;
        }));

    [Fact]
    public void Who_an_object_is_stands_in_its_outline()
    {
        var outline = ObjectHeader.Read(JsonTokens.Of(Encoding.UTF8.GetBytes(
            """{"metadata":{"labels":{"name":"other"},"name":"keys","namespace":"shop","deletionTimestamp":"2026-11-25T10:00:00Z"},"type":"Opaque","data":{"name":"eA=="}}""")),
            ResourceKind.Secrets);
        Assert.Equal(("keys", "shop", "Opaque", true), (outline.Name, outline.Namespace, outline.Type, outline.Deleting));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    public void What_is_no_object_is_refused(string json) =>
        Assert.Throws<JsonException>(() => ObjectHeader.Read(JsonTokens.Of(Encoding.UTF8.GetBytes(json)), ResourceKind.Secrets));

    private static JsonObject Build(IEnumerable<(string[] Path, JsonNode? Value)> fields)
    {
        var root = new JsonObject { ["metadata"] = new JsonObject() };
        foreach (var (path, value) in fields)
        {
            var at = root;
            foreach (var part in path[..^1])
            {
                if (at[part] is not JsonObject inner) at[part] = inner = [];
                at = inner;
            }

            at[path[^1]] = value?.DeepClone();
        }

        return root;
    }
}
