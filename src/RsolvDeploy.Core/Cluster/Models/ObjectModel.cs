using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Models;

/// <summary>
/// Reads objects as KubernetesClient's models, for code that only looks at them. A model drops the fields that it does not know, so what is
/// backed up, compared or written stays JSON.
/// </summary>
internal static class ObjectModel
{
    private static readonly JsonSerializerOptions Options = new(ModelJson.Default.Options)
    {
        TypeInfoResolver = ((IJsonTypeInfoResolver)ModelJson.Default).WithAddedModifier(OmitManagedFields),
    };

    /// <summary>The object as a model; <typeparamref name="T"/> is one of the kinds of <see cref="ModelJson"/>.</summary>
    /// <exception cref="DeployException"><c>ClusterError</c>: the object does not have the shape of its kind.</exception>
    public static T ReadAs<T>(this JsonObject item)
        where T : class
    {
        try
        {
            return item.Deserialize((JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)))!;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            var name = $"{item.At("metadata", "namespace").Text()}/{item.At("metadata", "name").Text()}".TrimStart('/');
            throw new DeployException("ClusterError", FaultCategory.ProtocolError,
                $"The API server returned {name} in a shape that is not the one of {typeof(T).Name}: {e.Message}",
                "Check that the server is a Kubernetes API server of a supported version.", e)
            { Subject = name };
        }
    }

    // Who set which field fills a third of an object, and nothing reads it.
    private static void OmitManagedFields(JsonTypeInfo type)
    {
        if (type.Type != typeof(V1ObjectMeta)) return;
        for (var index = type.Properties.Count - 1; index >= 0; index--)
        {
            if (type.Properties[index].Name == "managedFields") type.Properties.RemoveAt(index);
        }
    }
}
