using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Restoring;

/// <summary>
/// What a restore was asked to do and what became of each object: a file of JSON lines in the user's data directory, readable by its owner only.
/// It holds names and fields, never values.
/// </summary>
/// <remarks>
/// A line is written before the next object of the same worker is begun, and is on the disk when <see cref="AddAsync"/> returns; lines that are
/// written at once go down together. An object without a line was not come to, or is in doubt: a restore that goes on compares it anew.
/// </remarks>
internal sealed class RestoreRecord : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileStream _file;
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly object _writing = new();
    private long _written;
    private long _flushed;

    private RestoreRecord(FileStream file) => _file = file;

    /// <summary>The folder of all records of the user.</summary>
    public static string FolderOfUser => UserFolder.For("restores");

    public string Path => _file.Name;

    /// <summary>Begins the record of a plan with all that it will change.</summary>
    /// <exception cref="Errors.DeployException">Those of <see cref="StorageFaults.OfRecord"/>; nothing was restored.</exception>
    public static async Task<RestoreRecord> BeginAsync(ClusterClient cluster, RestorePlan plan, string runId, DateTimeOffset now)
    {
        var folder = plan.RecordFolder ?? FolderOfUser;
        var name = string.Create(CultureInfo.InvariantCulture, $"{plan.Target.Name}-{now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{runId}.jsonl");
        try
        {
            PrivateStorage.CreateFolder(folder);
            var record = new RestoreRecord(PrivateStorage.Create(System.IO.Path.Combine(folder, name), FileAccess.Write));
            await record.WriteAsync(Asked(cluster, plan, runId, now));
            DiskFlush.Folder(folder);
            return record;
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw StorageFaults.OfRecord(folder, e);
        }
    }

    /// <summary>What became of one object. Thread safe.</summary>
    public Task AddAsync(RestoredObject done) => WriteAsync(new JsonObject
    {
        ["event"] = "object",
        ["at"] = DateTimeOffset.UtcNow,
        ["kind"] = done.Kind,
        ["name"] = done.Name,
        ["action"] = done.Action.ToString(),
        ["detail"] = done.Detail,
    });

    /// <summary>That it came to its end, or was stopped.</summary>
    public Task EndAsync(string how) => WriteAsync(new JsonObject { ["event"] = "ended", ["at"] = DateTimeOffset.UtcNow, ["how"] = how });

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _flushing.Dispose();
    }

    private static JsonObject Asked(ClusterClient cluster, RestorePlan plan, string runId, DateTimeOffset now) => new()
    {
        ["event"] = "begun",
        ["at"] = now,
        ["runId"] = runId,
        ["target"] = plan.Target.Name,
        ["cluster"] = cluster.Server,
        ["namespace"] = plan.Target.Namespace,
        ["backup"] = plan.Backup.Path,
        ["manifest"] = plan.Backup.ManifestHash,
        ["command"] = plan.Command,
        ["changes"] = new JsonArray([.. plan.Changes.Select(change => (JsonNode)$"{change.Kind}/{change.Name} {change.Change}")]),
    };

    private async Task WriteAsync(JsonObject line)
    {
        long mine;
        lock (_writing)
        {
            _file.Write(Encoding.UTF8.GetBytes(line.ToJsonString(Readable) + "\n"));
            mine = ++_written;
        }

        await _flushing.WaitAsync();
        try
        {
            if (_flushed >= mine) return; // went down with another's
            var all = Interlocked.Read(ref _written);
            _file.Flush(flushToDisk: true);
            _flushed = all;
        }
        finally
        {
            _flushing.Release();
        }
    }
}
