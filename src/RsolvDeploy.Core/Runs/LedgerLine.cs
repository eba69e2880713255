using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>
/// One line of a ledger. It contains the hash of the previous line and its own, so that edited, removed and moved lines are detected.
/// </summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Timestamp">When it was written, UTC.</param>
/// <param name="Actor">Who wrote it, <c>user@machine</c>.</param>
/// <param name="Event">Its kind; see <see cref="LedgerEvent"/>.</param>
/// <param name="Data">Its content; never a secret value.</param>
/// <param name="Previous">The hash of the previous line; in the first line, of the run id.</param>
internal sealed record LedgerLine(int Sequence, DateTimeOffset Timestamp, string Actor, string Event, JsonObject Data, string Previous)
{
    private const string Seal = ",\"hash\":\"";

    /// <summary>The SHA-256 of the line up to its hash, in hex.</summary>
    public string Hash => HashOf(Body);

    public string Text => $"{Body}{Seal}{Hash}\"}}";

    private string Body => new JsonObject
    {
        ["sequence"] = Sequence,
        ["timestamp"] = Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["actor"] = Actor,
        ["event"] = Event,
        ["data"] = Data.DeepClone(),
        ["previous"] = Previous,
    }.ToJsonString()[..^1];

    public static string HashOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();

    /// <summary>Reads a line; null when it was altered.</summary>
    public static LedgerLine? Read(string text)
    {
        var seal = text.LastIndexOf(Seal, StringComparison.Ordinal);
        if (seal < 0 || text[seal..] != $"{Seal}{HashOf(text[..seal])}\"}}") return null;
        try
        {
            return JsonNode.Parse(text) is JsonObject line && line["data"] is JsonObject data
                && line["sequence"].Number() is { } sequence
                && DateTimeOffset.TryParse(
                    line["timestamp"].Text(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var timestamp)
                && line["actor"].Text() is { } actor && line["event"].Text() is { } name && line["previous"].Text() is { } previous
                ? new LedgerLine(sequence, timestamp, actor, name, data, previous)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
