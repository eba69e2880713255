using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A watch that begins with all that is there and says where that ends, so that its client needs no list. kubectl asks for it.</summary>
internal static class WatchList
{
    /// <summary>Whether it is asked for.</summary>
    /// <exception cref="ApiError">It is asked for in a way that no API server takes.</exception>
    public static bool Asked(IQueryCollection query)
    {
        var asked = query["sendInitialEvents"].ToString();
        var match = query["resourceVersionMatch"].ToString();
        if (asked.Length == 0 && match.Length > 0) throw Refused("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        if (asked.Length > 0 && match != "NotOlderThan") throw Refused("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        return asked == "true";
    }

    /// <summary>The bookmark that says that everything was told.</summary>
    public static JsonObject EndOf(JsonObject bookmark)
    {
        bookmark.Object("metadata")["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return bookmark;
    }

    private static ApiError Refused(string why) => ApiError.Invalid($"ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: {why}");
}
