using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Evidence;

/// <summary>A folder that is filled with evidence, part by part: what cannot be had does not keep the rest away. Thread safe.</summary>
/// <param name="path">The folder; only its owner can read it.</param>
internal sealed class EvidenceFolder(string path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ConcurrentQueue<string> _missing = [];

    /// <summary>The folder of a run's evidence, in the user's data directory; made when something is written.</summary>
    public static EvidenceFolder For(string runId) => new(Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "rsolvdeploy", "runs", runId,
        $"evidence-{TimeProvider.System.GetUtcNow():HHmmssfff}"));

    public string FullPath => path;

    /// <summary>What could not be had, and why.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>Takes one part; that it fails is noted, unless the caller stopped it.</summary>
    /// <param name="what">The part, for people.</param>
    /// <param name="take">Reads it and writes it here.</param>
    /// <param name="limit">Ends it when the time is over.</param>
    /// <param name="ct">The caller's own token.</param>
    public async Task CollectAsync(string what, Func<CancellationToken, Task> take, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            await take(limit);
        }
        catch (DeployException e)
        {
            _missing.Enqueue($"{what}: {e.Message}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            _missing.Enqueue($"{what}: it took too long");
        }
    }

    public void Write(string name, JsonNode content) => Write(name, Masking.Mask(content).ToJsonString(Indented) + "\n");

    public void Write(string name, string text)
    {
        var file = Path.Combine(path, name);
        PrivateStorage.CreateFolder(Path.GetDirectoryName(file)!);
        PrivateStorage.WriteNew(file, Encoding.UTF8.GetBytes(text));
    }
}
