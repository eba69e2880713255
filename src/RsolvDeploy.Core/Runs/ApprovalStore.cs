using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// The approvals of the last runs, beside the history in the cluster: the person who approves works on another machine than the operator.
/// Each is signed by its person, for this deployment alone.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
/// <param name="trusted">Whose approvals count, and who signs new ones; null for the user and the signers of the target.</param>
internal sealed class ApprovalStore(ClusterClient cluster, Target target, TrustedSigners? trusted = null)
{
    private const string Key = "approvals.json";
    private const string SignatureMember = "signature";
    private const string Purpose = "rsolvdeploy approval";
    private const int Most = 100;
    private const int LongestComment = 500;

    private readonly TrustedSigners _trusted = trusted ?? TrustedSigners.ForUser(target.Signers);

    private readonly HistoryConfigMap _map = new(cluster, target, Key, certificatePrefix: "approver-");

    private string Place => $"{target.Namespace}/{_map.Name}";

    /// <summary>What was decided about the checks of a run, oldest first; what is not proven has a problem.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Approval>> ReadAsync(string runId, CancellationToken ct) =>
        [.. (await ReadAsync(ct)).Where(one => one.RunId == runId)];

    /// <summary>What was decided about the checks of all runs, oldest first; what is not proven has a problem.</summary>
    /// <exception cref="DeployException"><c>HistoryUnreadable</c>, or an error of the API server.</exception>
    public async Task<IReadOnlyList<Approval>> ReadAsync(CancellationToken ct) =>
        [.. Read(await _map.FindAsync(ct)).Select(Verify)];

    /// <summary>Signs and adds decisions. Only the last hundred of the deployment are kept.</summary>
    /// <returns>The decisions, with their signer.</returns>
    public async Task<IReadOnlyList<Approval>> AppendAsync(IReadOnlyList<Approval> approvals, CancellationToken ct)
    {
        using var signer = _trusted.Own.Load(cluster.Now);
        var added = approvals.Select(one => Shorten(one) with { Signer = signer.Certificate.Fingerprint }).ToList();
        var entries = added.ConvertAll(one => Sign(one, signer));
        await ConflictRetry.UpsertAsync(
            async token =>
            {
                var found = await _map.FindAsync(token) ?? await _map.CreateAsync(token);
                var all = new JsonArray([.. Read(found).Concat(entries).TakeLast(Most).Select(entry => entry.DeepClone())]);
                return await _map.ReplaceAsync(found, all.ToJsonString(), signer.Certificate, token);
            },
            ct);
        return added;
    }

    private JsonObject Sign(Approval one, RecordSigner signer)
    {
        var entry = (JsonObject)JsonNode.Parse(JsonSerializer.Serialize(one, ApprovalJson.Default.Approval))!;
        entry[SignatureMember] = signer.Sign(Purpose, Content(entry)).Value;
        return entry;
    }

    private Approval Verify(JsonObject entry)
    {
        var approval = entry.Deserialize(ApprovalJson.Default.Approval)!;
        var problem = entry[SignatureMember].Text() is { } value && approval.Signer is { } signer
            ? new RecordSignature(signer, value).FindProblem(_trusted, Purpose, Content(entry))
            : RecordProblem.Unsigned;
        return approval with { Problem = problem?.Reason };
    }

    private string Content(JsonObject entry)
    {
        var signed = (JsonObject)entry.DeepClone();
        signed.Remove(SignatureMember);
        return $"{Place}\n{signed.ToJsonString()}";
    }

    private static Approval Shorten(Approval one) =>
        one.Comment.Length > LongestComment ? one with { Comment = one.Comment[..LongestComment] + "…" } : one;

    private List<JsonObject> Read(JsonObject? map)
    {
        try
        {
            var items = _map.Entries(map) is { } text ? StrictJson.Parse(text) as JsonArray ?? throw new JsonException() : [];
            var entries = items.Select(item => item as JsonObject ?? throw new JsonException()).ToList();
            foreach (var entry in entries)
                if (entry.Deserialize(ApprovalJson.Default.Approval) is not { CheckId: not null, By: not null }) throw new JsonException();
            return entries;
        }
        catch (JsonException e)
        {
            throw new DeployException("HistoryUnreadable", FaultCategory.InvalidData,
                $"The approvals of {target.Namespace}/{target.Deployment} (ConfigMap {_map.Name}, key {Key}) cannot be read.",
                $"Correct the key, or remove it: kubectl -n {target.Namespace} edit configmap {_map.Name}.", e)
            { Subject = _map.Name };
        }
    }
}

/// <summary>How approvals are read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Approval))]
internal sealed partial class ApprovalJson : JsonSerializerContext;
