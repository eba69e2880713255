using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>Responses of the REST API: with ETags, pages and errors.</summary>
internal static class GitHubResponses
{
    private const string Json = "application/json; charset=utf-8";
    private const string Documentation = "https://docs.github.com/rest";

    /// <summary>An object; 304 when the client has it already.</summary>
    public static IResult Ok(HttpContext http, JsonNode body, int status = 200)
    {
        var text = body.ToJsonString();
        var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}\"";
        if (HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.Headers.ETag = tag;
            if (http.Request.Headers.IfNoneMatch.ToString() == tag) return Results.StatusCode(304);
        }

        return Results.Text(text, Json, Encoding.UTF8, status);
    }

    /// <summary>A page of a list, with links to the others.</summary>
    public static T[] Page<T>(HttpContext http, IReadOnlyList<T> all, int size = 30)
    {
        var query = http.Request.Query;
        var per = int.TryParse(query["per_page"], CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 100) : size;
        var page = int.TryParse(query["page"], CultureInfo.InvariantCulture, out var number) ? Math.Max(1, number) : 1;
        if (all.Count > page * per)
        {
            var address = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}";
            var others = string.Concat(query.Where(part => part.Key is not ("page" or "per_page"))
                .Select(part => $"&{part.Key}={Uri.EscapeDataString(part.Value.ToString())}"));
            http.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture,
                $"<{address}?per_page={per}&page={page + 1}{others}>; rel=\"next\"");
        }

        return [.. all.Skip((page - 1) * per).Take(per)];
    }

    /// <summary>An error.</summary>
    public static IResult Error(int status, string message) => Results.Text(
        new JsonObject
        {
            ["message"] = message,
            ["documentation_url"] = Documentation,
            ["status"] = status.ToString(CultureInfo.InvariantCulture),
        }.ToJsonString(),
        Json,
        Encoding.UTF8,
        status);

    public static IResult NotFound() => Error(404, "Not Found");
}
