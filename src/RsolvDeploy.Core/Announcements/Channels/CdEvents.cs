using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>
/// An announcement as events of CDEvents, each in a CloudEvent: the run of the pipeline, and what became of the service. The member
/// <c>text</c> of the CloudEvent is that of <see cref="WebhookMessage"/>.
/// </summary>
/// <param name="id">The id of the announcement.</param>
/// <param name="text">Its text.</param>
/// <param name="report">The facts of the run.</param>
internal sealed class CdEvents(string id, AnnouncementText text, ReportData report)
{
    /// <summary>The version of the specification.</summary>
    public const string Version = "0.5.1";

    private const string EventVersion = "0.3.0";

    private string Source => $"/rsolvdeploy/{Uri.EscapeDataString(report.Target)}";

    /// <summary>The bodies of the requests, in their order.</summary>
    /// <param name="kind">What the announcement is about.</param>
    public IReadOnlyList<JsonObject> Create(AnnouncementKind kind) => kind switch
    {
        AnnouncementKind.Before => [Started()],
        AnnouncementKind.After => [.. Service(IsUpgrade() ? "upgraded" : "deployed", report.Change.Image), Finished("success")],
        AnnouncementKind.RolledBack => [.. Service("rolledback", report.Rollback?.Image), Finished("failure")],
        _ => [Finished("failure")],
    };

    private JsonObject Started() => Event("pipelinerun", "started", RunSubject(), Pipeline());

    private JsonObject Finished(string outcome)
    {
        var content = Pipeline();
        content["outcome"] = outcome;
        if (outcome != "success") content["errors"] = report.Headline;
        return Event("pipelinerun", "finished", RunSubject(), content);
    }

    // Before there is a run, a message stands for itself.
    private string RunSubject() => report.RunId.Length > 0 ? report.RunId : id;

    private JsonObject Pipeline() => new()
    {
        ["pipelineName"] = $"deployment of {report.Target}",
        ["uri"] = $"urn:rsolvdeploy:run:{Uri.EscapeDataString(RunSubject())}",
    };

    // The specification demands an artifact; without a known image there is no event of the service.
    private IEnumerable<JsonObject> Service(string predicate, string? image)
    {
        if (PackageUrl(image) is not { } artifact) yield break;
        yield return Event("service", predicate, report.Deployment, new JsonObject
        {
            ["environment"] = new JsonObject { ["id"] = report.Target, ["source"] = Source },
            ["artifactId"] = artifact,
        });
    }

    private bool IsUpgrade() => report.Change is { Image: { } image, PreviousImage: { } previous } && !ImageDigest.IsSame(image, previous);

    private JsonObject Event(string subject, string predicate, string subjectId, JsonObject content)
    {
        var (eventId, type) = ($"{id}-{subject}", $"dev.cdevents.{subject}.{predicate}.{EventVersion}");
        var time = report.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = eventId,
            ["source"] = Source,
            ["type"] = type,
            ["subject"] = subjectId,
            ["time"] = time,
            ["datacontenttype"] = "application/json",
            ["dataschema"] = $"https://cdevents.dev/{Version}/schema/{subject}-{predicate}-event",
            ["text"] = text.ToString(),
            ["data"] = new JsonObject
            {
                ["context"] = new JsonObject
                {
                    ["specversion"] = Version,
                    ["id"] = eventId,
                    ["source"] = Source,
                    ["type"] = type,
                    ["timestamp"] = time,
                    ["chainId"] = ChainOf(RunSubject()),
                },
                ["subject"] = new JsonObject { ["id"] = subjectId, ["source"] = Source, ["content"] = content },
                ["customData"] = new JsonObject
                {
                    ["runId"] = report.RunId,
                    ["title"] = text.Title,
                    ["verdict"] = report.Verdict.ToString(),
                    ["previousImage"] = report.Change.PreviousImage,
                },
                ["customDataContentType"] = "application/json",
            },
        };
    }

    // All events of a run are one chain, whichever process sends them. A chain has the form of a random UUID.
    private static string ChainOf(string run)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(run)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static string? PackageUrl(string? image)
    {
        try
        {
            return string.IsNullOrEmpty(image) ? null : ImageReference.Parse(image).PackageUrl;
        }
        catch (DeployException)
        {
            return null; // a name that no registry takes
        }
    }
}
