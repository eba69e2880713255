using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Kubernetes.ManagedFields;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>An error of the API server, with the <c>Status</c> object it returns.</summary>
internal sealed class ApiError(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = reason,
        };
        if (details is not null) status["details"] = details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static ApiError NotFound(KindInfo kind, string name) =>
        new(404, "NotFound", $"{kind.QualifiedName} \"{name}\" not found", Details(kind, name));

    public static ApiError AlreadyExists(KindInfo kind, string name) =>
        new(409, "AlreadyExists", $"{kind.QualifiedName} \"{name}\" already exists", Details(kind, name));

    public static ApiError Conflict(KindInfo kind, string name) => new(409, "Conflict",
        $"Operation cannot be fulfilled on {kind.QualifiedName} \"{name}\": the object has been modified; please apply your changes to "
            + "the latest version and try again",
        Details(kind, name));

    public static ApiError Forbidden(KindInfo kind, string? name, string verb, string? ns) => new(403, "Forbidden",
        $"{kind.QualifiedName}{(name is null ? "" : $" \"{name}\"")} is forbidden: User \"sandbox-viewer\" cannot {verb} resource "
            + $"\"{kind.Plural}\" in API group \"{kind.Group}\"{(ns is null ? " at the cluster scope" : $" in the namespace \"{ns}\"")}",
        Details(kind, name));

    /// <summary>The error of a validating admission webhook: 403 without a reason of the API server.</summary>
    public static ApiError Denied(string why) =>
        new(403, "Forbidden", $"admission webhook \"policy.sandbox.example\" denied the request: {why}");

    public static ApiError Invalid(string message) => new(422, "Invalid", message);

    /// <summary>An object with an invalid field.</summary>
    public static ApiError Invalid(KindInfo kind, string name, string field, string cause) => new(422, "Invalid",
        $"{kind.Kind}{(kind.Group.Length > 0 ? $".{kind.Group}" : "")} \"{name}\" is invalid: {field}: {cause}",
        new JsonObject
        {
            ["name"] = name,
            ["kind"] = kind.Kind,
            ["causes"] = new JsonArray(new JsonObject { ["message"] = cause, ["field"] = field }),
        });

    /// <summary>Fields of an apply that other managers own.</summary>
    public static ApiError ApplyConflict(KindInfo kind, IReadOnlyList<(string Manager, string Path)> conflicts) => new(409, "Conflict",
        $"Apply failed with {conflicts.Count} conflict{(conflicts.Count == 1 ? "" : "s")}: "
            + string.Join("\n", conflicts.Select(one =>
                $"conflict with \"{one.Manager}\" using {kind.ApiVersion}: {FieldTree.Describe(one.Path)}")),
        new JsonObject
        {
            ["causes"] = new JsonArray([.. conflicts.Select(one => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with \"{one.Manager}\" using {kind.ApiVersion}",
                ["field"] = FieldTree.Describe(one.Path),
            })]),
        });

    public static ApiError Expired(string message) => new(410, "Expired", message);

    private static JsonObject Details(KindInfo kind, string? name)
    {
        var details = new JsonObject();
        if (name is not null) details["name"] = name;
        if (kind.Group.Length > 0) details["group"] = kind.Group;
        details["kind"] = kind.Plural;
        return details;
    }
}
