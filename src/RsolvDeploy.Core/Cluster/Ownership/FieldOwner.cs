using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Ownership;

/// <summary>A field manager of an object, as <c>managedFields</c> lists it.</summary>
/// <param name="Entry">The entry.</param>
internal sealed record FieldOwner(JsonObject Entry)
{
    /// <summary>The name of this module as a field manager.</summary>
    public const string Self = "rsolvdeploy";

    private const string LastApplied = "f:kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The name of the manager.</summary>
    public string Manager => Entry["manager"].Text() ?? "";

    /// <summary>The subresource that it writes, such as <c>scale</c>; empty for the object itself.</summary>
    public string Subresource => Entry["subresource"].Text() ?? "";

    /// <summary>Whether it writes by server-side apply.</summary>
    public bool Applies => Entry["operation"].Text() == "Apply";

    /// <summary>The fields that it owns.</summary>
    public JsonObject Fields => Entry["fieldsV1"] as JsonObject ?? [];

    /// <summary>Whether it is kubectl's client-side apply, by whatever name: it owns the annotation of what was applied last.</summary>
    public bool IsClientSideApply =>
        !Applies && Subresource.Length == 0 && Fields.At("f:metadata", "f:annotations", LastApplied) is not null;

    /// <summary>Whether it is this module, by a patch or by apply.</summary>
    public bool IsSelf => Manager == Self && Subresource.Length == 0;

    /// <summary>The managers of an object.</summary>
    public static IReadOnlyList<FieldOwner> From(JsonNode? resource) =>
        [.. resource.At("metadata", "managedFields").Objects().Select(entry => new FieldOwner(entry))];

    /// <summary>Whether it owns a field.</summary>
    public bool Owns(params ReadOnlySpan<string> path) => Fields.At(path) is not null;
}
