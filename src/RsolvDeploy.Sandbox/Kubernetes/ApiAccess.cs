using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Security;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Who may do what: the administrator everything, the viewer reads all but Secrets.</summary>
internal sealed class ApiAccess(SandboxIdentity identity, FaultInjector faults)
{
    public void Authenticate(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString();
        if (token != $"Bearer {identity.AdminToken}" && token != $"Bearer {identity.ViewerToken}")
            throw new ApiError(401, "Unauthorized", "Unauthorized");
        if (faults.Take(Fault.Busy429))
            throw new ApiError(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later");
        if (faults.Take(Fault.Unavailable503))
            throw new ApiError(503, "ServiceUnavailable", "the server is currently unable to handle the request");
    }

    public void Authorize(HttpContext http, ApiPath to)
    {
        if (IsAdmin(http) || to.Kind == KindInfo.AccessReviews) return;
        var verb = http.Request.Method switch
        {
            "GET" => to.Name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            _ => "delete",
        };
        if (to.Subresource == "exec") verb = "create"; // whatever the method: it runs a program
        if (verb is not ("get" or "list") || to.Kind == KindInfo.Secrets) throw ApiError.Forbidden(to.Kind, to.Name, verb, to.Namespace);
    }

    /// <summary>Answers a SelfSubjectAccessReview.</summary>
    public JsonObject Review(HttpContext http, JsonObject review)
    {
        var asked = review.At("spec", "resourceAttributes");
        var views = asked.At("verb").Text() is "get" or "list" or "watch"
            && asked.At("resource").Text() != "secrets"
            && asked.At("subresource").Text() is null or "log";
        review["status"] = new JsonObject { ["allowed"] = views || IsAdmin(http) };
        return review;
    }

    private bool IsAdmin(HttpContext http) => http.Request.Headers.Authorization == $"Bearer {identity.AdminToken}";
}
