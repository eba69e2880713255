using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Redaction;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Evidence;

/// <summary>A folder that is filled with evidence, part by part: a part that fails does not affect the others. Thread safe.</summary>
/// <param name="path">The folder; only its owner can read it.</param>
/// <param name="redactor">Removes secret values from what is written.</param>
internal sealed class EvidenceFolder(string path, Redactor redactor)
{
    private const string Index = "index.txt";
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private readonly ConcurrentQueue<string> _saved = [];
    private readonly ConcurrentQueue<string> _failed = [];

    public string FullPath => path;

    /// <summary>The parts that could not be saved, and why.</summary>
    public IReadOnlyCollection<string> Failed => _failed;

    /// <summary>The name of a folder of evidence that begins now.</summary>
    public static string NameAt(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"evidence-{now.UtcDateTime:HHmmssfff}");

    /// <summary>Saves one part. An error of the part is recorded, whatever it is; only the operator's cancellation is thrown.</summary>
    /// <param name="part">The part, for people.</param>
    /// <param name="save">Reads it and writes it here.</param>
    /// <param name="limit">Ends it when the time is over.</param>
    /// <param name="ct">The operator's cancellation.</param>
    public async Task CollectAsync(string part, Func<CancellationToken, Task> save, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            await save(limit);
            _saved.Enqueue(part);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            _failed.Enqueue($"{part}: it took too long");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            _failed.Enqueue($"{part}: {redactor.Apply(e.Message)}");
        }
    }

    /// <summary>Writes the index: one line for each part, saved or not.</summary>
    public void WriteIndex()
    {
        var lines = _saved
            .Order(StringComparer.Ordinal)
            .Select(part => $"saved: {part}")
            .Concat(_failed.Select(part => $"not saved: {part}"));
        Write(Index, string.Join('\n', lines) + "\n");
    }

    public void Write(string name, JsonNode content) => Write(name, Masking.Mask(content).ToJsonString(Indented) + "\n");

    public void Write(string name, string text)
    {
        var file = Path.Combine(path, name);
        PrivateStorage.CreateFolder(Path.GetDirectoryName(file)!);
        PrivateStorage.WriteNew(file, Encoding.UTF8.GetBytes(redactor.Apply(text)));
    }
}
