using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// A watch that begins with the existing objects and marks their end, so that its client needs no list. kubectl requests it.
/// </summary>
internal static class WatchList
{
    /// <summary>Whether the request asks for it.</summary>
    /// <exception cref="ApiError">The request combines its parameters in a way that no API server accepts.</exception>
    public static bool IsRequested(IQueryCollection query)
    {
        var asked = query["sendInitialEvents"].ToString();
        var match = query["resourceVersionMatch"].ToString();
        if (asked.Length == 0 && match.Length > 0)
            throw Refused("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        if (asked.Length > 0 && match != "NotOlderThan")
            throw Refused("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        return asked == "true";
    }

    /// <summary>The bookmark that marks the end of the existing objects.</summary>
    public static JsonObject InitialEventsEnd(JsonObject bookmark)
    {
        bookmark.Object("metadata")["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return bookmark;
    }

    private static ApiError Refused(string why) =>
        ApiError.Invalid($"ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: {why}");
}
