using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Writing;

/// <summary>
/// <c>backup.restorable</c>: the server creates each object of a backup in a dry run, under another name: a restore needs it after the
/// object was deleted, and an update of the live object would not show that it can be created. Thread safe.
/// </summary>
/// <param name="cluster">The cluster that was backed up.</param>
/// <param name="wanted">Whether it is tried at all.</param>
/// <param name="timer">When the backup began.</param>
internal sealed class RestoreDryRun(ClusterClient cluster, bool wanted, CheckTimer timer)
{
    private const int AtOnce = 4;

    private readonly ConcurrentBag<string> _refused = [];
    private readonly string _otherName = $"rsolv-dry-run-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private string? _notAllowed;
    private int _accepted;
    private int _updated;

    /// <summary>Tries objects that are written.</summary>
    public Task TryAsync(ResourceKind kind, IEnumerable<ReadOnlyMemory<byte>> resources, CancellationToken ct)
    {
        if (!wanted) return Task.CompletedTask;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        return Parallel.ForEachAsync(
            resources, options, async (resource, token) => await TryAsync(kind, Restorable(kind, resource.Span), token));
    }

    private static JsonObject Restorable(ResourceKind kind, ReadOnlySpan<byte> json)
    {
        var resource = ListChunk.Build(json, kind);
        ServerManagedFields.Remove(resource, kind.KeepsStatus);
        return resource;
    }

    private async Task TryAsync(ResourceKind kind, JsonObject resource, CancellationToken ct)
    {
        if (_notAllowed is not null) return;
        var name = resource.At("metadata", "name").Text() ?? "";
        try
        {
            try
            {
                await ApplyAsync(kind, _otherName, Renamed(resource), ct);
            }
            catch (ApiException e) when (IsOfSecond(e))
            {
                await ApplyAsync(kind, name, resource, ct);
                Interlocked.Increment(ref _updated);
            }

            Interlocked.Increment(ref _accepted);
        }
        catch (DeployException e) when (e.Id == "Forbidden" && !IsQuota(e))
        {
            _notAllowed ??= e.Message; // the others would be refused for the same reason
        }
        catch (DeployException e) when (e.Id is not "ClusterUnreachable")
        {
            // The server quotes what it refuses. Only these values are remembered, so that memory does not grow with a backup.
            if (kind == ResourceKind.Secrets) cluster.Redactor.AddSecret(resource);
            _refused.Add($"{kind.Kind}/{name}: {e.Message.Replace(_otherName, name, StringComparison.Ordinal)}");
        }
    }

    private Task<JsonObject> ApplyAsync(ResourceKind kind, string name, JsonObject resource, CancellationToken ct) => cluster.PatchAsync(
        kind,
        resource.At("metadata", "namespace").Text(),
        name,
        new PatchRequest(PatchKind.Apply, resource) { DryRun = true, Force = true },
        ct);

    private JsonObject Renamed(JsonObject resource)
    {
        var copy = resource.DeepClone().AsObject();
        copy["metadata"]!["name"] = _otherName;
        ClusterAssignedFields.Remove(copy);
        return copy;
    }

    // A second object beside the live one may be refused: by a quota, by a webhook (a host is "already defined"), or by a rule on names.
    private static bool IsOfSecond(ApiException e) =>
        IsQuota(e)
        || (e.Message.Contains("admission webhook", StringComparison.Ordinal) && e.Message.Contains("already", StringComparison.Ordinal))
        || (e.Status.At("details", "causes") as JsonArray ?? [])
            .SelectMany(cause => new[] { cause.At("field").Text(), cause.At("message").Text() })
            .Any(text => text?.Contains("metadata.name", StringComparison.Ordinal) == true);

    private static bool IsQuota(DeployException e) => e.Message.Contains("exceeded quota", StringComparison.Ordinal);

    /// <summary>The check of all objects.</summary>
    public Check ToCheck() => CheckTable.BackupRestorable.ToCheck(Evaluate(), timer);

    private string Updated =>
        _updated == 0 ? "" : $", {_updated} of them as an update, because no second one is allowed beside the live one";

    private CheckOutcome Evaluate()
    {
        if (!wanted) return CheckOutcome.Skipped("not tried: -SkipDryRun");
        var total = _accepted + _refused.Count;
        if (_notAllowed is not null)
        {
            return CheckOutcome.Warning(
                $"not tried: {_notAllowed}", "An operator who restores has to be allowed to create and patch these objects.")
                .Compared(total, _accepted);
        }

        return CheckOutcome.MetIf(_refused.IsEmpty,
            _refused.IsEmpty
                ? $"{_accepted} objects accepted{Updated}; nothing was stored"
                : string.Join("; ", _refused.Order(StringComparer.Ordinal)),
            "Correct what the server refuses: this backup could not be restored as it is.").Compared(total, _accepted);
    }
}
