using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Backups.Writing;

/// <summary>Has the server try each object of a backup in a dry run, as a restore would write it. Thread safe.</summary>
/// <param name="cluster">The cluster that was backed up.</param>
/// <param name="wanted">Whether it is tried at all.</param>
/// <param name="clock">The clock.</param>
internal sealed class RestoreDryRun(ClusterClient cluster, bool wanted, TimeProvider clock)
{
    private const int AtOnce = 4;

    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private readonly ConcurrentBag<string> _refused = [];
    private string? _notAllowed;
    private int _accepted;

    /// <summary>Tries objects that are written.</summary>
    public Task TryAsync(ResourceKind kind, IEnumerable<ReadOnlyMemory<byte>> resources, CancellationToken ct)
    {
        if (!wanted) return Task.CompletedTask;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        return Parallel.ForEachAsync(resources, options, async (resource, token) => await TryAsync(kind, Restorable(kind, resource.Span), token));
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
            await cluster.PatchAsync(kind, resource.At("metadata", "namespace").Text(), name, PatchKind.Apply, resource, dryRun: true, ct, force: true);
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

    public Check ToCheck()
    {
        var check = new Check("backup.restorable", "Backup", "The server accepts every object in a dry run", CheckStatus.Passed) { Started = _started, Duration = clock.GetUtcNow() - _started };
        if (!wanted) return check with { Status = CheckStatus.Skipped, Evidence = "not tried (-SkipDryRun)" };
        if (_notAllowed is not null) return check with { Status = CheckStatus.Warning, Evidence = $"not tried: {_notAllowed}", Remedy = "Whoever restores has to be allowed to patch these objects." };
        return _refused.IsEmpty
            ? check with { Evidence = $"{_accepted} objects accepted; nothing was stored" }
            : check with { Status = CheckStatus.Failed, Evidence = string.Join("; ", _refused.Order(StringComparer.Ordinal)), Remedy = "Correct what the server refuses: this backup could not be restored as it is." };
    }
}
