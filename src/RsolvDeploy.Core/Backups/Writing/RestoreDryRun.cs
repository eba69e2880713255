using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Writing;

/// <summary>
/// <c>backup.restorable</c>: the server tries each object of a backup in a dry run, as a restore would write it. Thread safe.
/// </summary>
/// <param name="cluster">The cluster that was backed up.</param>
/// <param name="wanted">Whether it is tried at all.</param>
/// <param name="timer">When the backup began.</param>
internal sealed class RestoreDryRun(ClusterClient cluster, bool wanted, CheckTimer timer)
{
    private const int AtOnce = 4;

    private readonly ConcurrentBag<string> _refused = [];
    private string? _notAllowed;
    private int _accepted;

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
        ServerManagedFields.Remove(resource);
        return resource;
    }

    private async Task TryAsync(ResourceKind kind, JsonObject resource, CancellationToken ct)
    {
        if (_notAllowed is not null) return;
        var name = resource.At("metadata", "name").Text() ?? "";
        try
        {
            await cluster.PatchAsync(
                kind,
                resource.At("metadata", "namespace").Text(),
                name,
                new PatchRequest(PatchKind.Apply, resource) { DryRun = true, Force = true },
                ct);
            Interlocked.Increment(ref _accepted);
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            _notAllowed ??= e.Message; // the others would be refused for the same reason
        }
        catch (DeployException e) when (e.Id is not "ClusterUnreachable")
        {
            _refused.Add($"{kind.Kind}/{name}: {e.Message}");
        }
    }

    /// <summary>The check of all objects.</summary>
    public Check ToCheck() => CheckTable.BackupRestorable.ToCheck(Evaluate(), timer);

    private CheckOutcome Evaluate()
    {
        if (!wanted) return CheckOutcome.Skipped("not tried: -SkipDryRun");
        var total = _accepted + _refused.Count;
        if (_notAllowed is not null)
        {
            return CheckOutcome.Warning($"not tried: {_notAllowed}", "An operator who restores has to be allowed to patch these objects.")
                .Compared(total, _accepted);
        }

        return CheckOutcome.MetIf(_refused.IsEmpty,
            _refused.IsEmpty
                ? $"{_accepted} objects accepted; nothing was stored"
                : string.Join("; ", _refused.Order(StringComparer.Ordinal)),
            "Correct what the server refuses: this backup could not be restored as it is.").Compared(total, _accepted);
    }
}
