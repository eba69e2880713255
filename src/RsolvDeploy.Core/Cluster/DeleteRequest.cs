using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster;

/// <summary>The deletion of one object that was read before. Another object that has got its name meanwhile stays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid, which the API server compares before it deletes.</param>
internal sealed record DeleteRequest(string Name, string Uid)
{
    /// <summary>The version that was read, where a change since then forbids the deletion; null where it does not matter.</summary>
    public string? Version { get; init; }

    /// <summary>Deletes the object whatever has changed in it since it was read.</summary>
    public static DeleteRequest For(JsonObject read) =>
        new(read.At("metadata", "name").Text() ?? "", read.At("metadata", "uid").Text() ?? "");

    /// <summary>Deletes the object only as it was read.</summary>
    public static DeleteRequest ForVersion(JsonObject read) =>
        For(read) with { Version = read.At("metadata", "resourceVersion").Text() };

    /// <summary>The body of the request.</summary>
    public JsonObject ToJson()
    {
        var preconditions = new JsonObject { ["uid"] = Uid };
        if (Version is not null) preconditions["resourceVersion"] = Version;
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["preconditions"] = preconditions };
    }
}
