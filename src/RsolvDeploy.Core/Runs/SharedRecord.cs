using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>
/// The record of the newest run of a deployment in its cluster: a copy of the signed ledger, so that other machines can show the run.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="target">The deployment.</param>
internal sealed class SharedRecord(ClusterClient cluster, Target target)
{
    /// <summary>The prefix of its ConfigMap.</summary>
    public const string Prefix = "rsolv-run-";

    // A ConfigMap holds a mebibyte.
    private const int LargestCopy = 900_000;
    private const long LargestLedger = 64 << 20;
    private const string RunKey = "run";
    private const string WrittenKey = "written";
    private const string LedgerKey = "ledger.jsonl.gz";

    /// <summary>The ConfigMap.</summary>
    public string Name => Prefix + target.ReleaseName;

    /// <summary>Writes it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether it was written; a run that is too large is not.</returns>
    public async Task<bool> WriteAsync(RunFolder folder, CancellationToken ct)
    {
        var ledger = Compress(RegularFile.ReadAll(folder.Ledger, LargestLedger, out _));
        if (ledger.Length > LargestCopy) return false;
        await ConflictRetry.UpsertAsync(
            async token =>
            {
                var found = await cluster.FindAsync(ResourceKind.ConfigMaps, target.Namespace, Name, token);
                var map = found ?? EmptyMap();
                map["data"] = new JsonObject
                {
                    [RunKey] = folder.Id,
                    [WrittenKey] = cluster.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                };
                map["binaryData"] = new JsonObject { [LedgerKey] = Convert.ToBase64String(ledger) };
                return found is null
                    ? await cluster.CreateAsync(ResourceKind.ConfigMaps, target.Namespace, map, dryRun: false, token)
                    : await cluster.ReplaceAsync(ResourceKind.ConfigMaps, target.Namespace, Name, map, token);
            },
            ct);
        return true;
    }

    /// <summary>Reads it; null when there is none, or none that can be read.</summary>
    public async Task<SharedRun?> FindAsync(CancellationToken ct) =>
        Read(await cluster.FindAsync(ResourceKind.ConfigMaps, target.Namespace, Name, ct), TrustedSigners.ForUser(target.Signers));

    /// <summary>Reads it from its ConfigMap.</summary>
    /// <param name="map">The ConfigMap; null for none.</param>
    /// <param name="trusted">Whose signatures count.</param>
    public static SharedRun? Read(JsonObject? map, TrustedSigners trusted)
    {
        if (map.At("data", RunKey).Text() is not { } runId || map.At("binaryData", LedgerKey).Text() is not { } encoded) return null;
        if (Decompress(encoded) is not { } ledger) return null;
        var text = LedgerText.Read(ledger, runId);
        var isWritten = DateTimeOffset.TryParse(
            map.At("data", WrittenKey).Text(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var written);
        var run = new RecordedRun(new RunFolder(runId), text, IsRunning: false) { Proof = LedgerProof.Verify(text, trusted) };
        return new SharedRun(run, ledger, isWritten ? written : default);
    }

    private static byte[] Compress(byte[] ledger)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal)) zip.Write(ledger);
        return packed.ToArray();
    }

    // Whoever may write ConfigMaps wrote it: it is bounded, and what is no ledger is none.
    private static byte[]? Decompress(string encoded)
    {
        try
        {
            using var zip = new GZipStream(new MemoryStream(Convert.FromBase64String(encoded)), CompressionMode.Decompress);
            using var content = new MemoryStream();
            var buffer = new byte[81920];
            for (var read = zip.Read(buffer); read > 0; read = zip.Read(buffer))
            {
                content.Write(buffer, 0, read);
                if (content.Length > LargestLedger) return null;
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private JsonObject EmptyMap() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "rsolvdeploy" },
        },
    };
}

/// <summary>A run as its record in the cluster shows it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="Written">When the copy was written, by the clock of the API server.</param>
internal sealed record SharedRun(RecordedRun Run, ReadOnlyMemory<byte> Ledger, DateTimeOffset Written);
