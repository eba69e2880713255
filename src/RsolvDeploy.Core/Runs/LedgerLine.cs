using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>
/// One line of a ledger. It contains the hash of the previous line and its own, so that edited, removed and moved lines are detected, and
/// the signature of who wrote it, so that nobody else can write one.
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
    private const string Purpose = "rsolvdeploy ledger line";

    /// <summary>The signature of everything before it; null when the line is not signed.</summary>
    public RecordSignature? Signature { get; init; }

    /// <summary>The SHA-256 of the line up to its hash, in hex.</summary>
    public string Hash => HashOf(SignedBody);

    public string Text
    {
        get
        {
            var signed = SignedBody;
            return $"{signed}{Seal}{HashOf(signed)}\"}}";
        }
    }

    /// <summary>The same line, signed.</summary>
    public LedgerLine Sign(RecordSigner signer) => this with { Signature = signer.Sign(Purpose, Body) };

    /// <summary>Why the line is not proven; null when a trusted signer wrote it.</summary>
    public RecordProblem? FindProblem(TrustedSigners trusted) =>
        Signature is null ? RecordProblem.Unsigned : Signature.FindProblem(trusted, Purpose, Body);

    private string SignedBody => Signature is null
        ? Body
        : $"{Body},\"signer\":\"{Signature.Signer}\",\"signature\":\"{Signature.Value}\"";

    private string Body => new JsonObject
    {
        ["sequence"] = Sequence,
        ["timestamp"] = Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["actor"] = Actor,
        ["event"] = Event,
        ["data"] = Data.DeepClone(),
        ["previous"] = Previous,
    }.ToJsonString()[..^1];

    public static string HashOf(string text) => Sha256Text.Of(text);

    /// <summary>Reads a line; null when it was altered.</summary>
    public static LedgerLine? Read(string text)
    {
        var seal = text.LastIndexOf(Seal, StringComparison.Ordinal);
        if (seal < 0 || text[seal..] != $"{Seal}{HashOf(text[..seal])}\"}}") return null;
        try
        {
            return StrictJson.Parse(text) is JsonObject line && line["data"] is JsonObject data
                && line["sequence"].Number() is { } sequence
                && DateTimeOffset.TryParse(
                    line["timestamp"].Text(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var timestamp)
                && line["actor"].Text() is { } actor && line["event"].Text() is { } name && line["previous"].Text() is { } previous
                ? Unaltered(
                    new LedgerLine(sequence, timestamp, actor, name, data, previous)
                    {
                        Signature = line["signer"].Text() is { } signer && line["signature"].Text() is { } value
                            ? new RecordSignature(signer, value)
                            : null,
                    },
                    text)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // What is signed is the line as it is written, so that a line in other words is no line.
    private static LedgerLine? Unaltered(LedgerLine line, string text) => line.Text == text ? line : null;
}
