using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// The list of all releases of a history, signed by whoever wrote it last: a release that is removed, moved or exchanged for an earlier
/// form of itself shows.
/// </summary>
/// <param name="Serial">The number of the change; each one has a greater one than the change before.</param>
/// <param name="Releases">The releases, newest first.</param>
/// <param name="Gaps">What was missing before that change.</param>
internal sealed record HistorySeal(long Serial, IReadOnlyList<SealedRelease> Releases, IReadOnlyList<HistoryGap> Gaps)
{
    private const string Purpose = "rsolvdeploy history";
    private const string SignatureMember = "signature";

    /// <summary>SHA-256 of the certificate of the operator who signed it, in hex; null before it is signed.</summary>
    public string? Signer { get; init; }

    /// <summary>Reads and verifies a seal.</summary>
    /// <param name="text">The seal, JSON.</param>
    /// <param name="place">The ConfigMap that the history is in: its uid, namespace and name.</param>
    /// <param name="trusted">Whose signatures count.</param>
    /// <returns>The seal, or why it proves nothing, as the end of a sentence.</returns>
    public static (HistorySeal? Seal, string Problem) Read(string text, string place, TrustedSigners trusted)
    {
        try
        {
            if (StrictJson.Parse(text) is not JsonObject node || node[SignatureMember].Text() is not { } value
                || node["signer"].Text() is not { } signer)
            {
                return (null, RecordProblem.Unsigned.Reason);
            }

            if (new RecordSignature(signer, value).FindProblem(trusted, Purpose, Content(place, node)) is { } problem)
                return (null, problem.Reason);
            return From(node) is { } seal ? (seal, "") : (null, "is of another version of the module");
        }
        catch (JsonException)
        {
            return (null, "cannot be read");
        }
    }

    /// <summary>Reads a seal whose signature is verified; null when a member is missing.</summary>
    /// <exception cref="JsonException">A member is of another kind.</exception>
    public static HistorySeal? From(JsonObject node) =>
        node.Deserialize(HistoryJson.Default.HistorySeal) is { Releases: { } releases, Gaps: { } gaps } seal
            && releases.All(one => one is { Image: not null, Hash: not null }) && gaps.All(one => one is { Reason: not null })
            ? seal
            : null;

    /// <summary>Signs it.</summary>
    /// <param name="place">The ConfigMap that the history is in: its uid, namespace and name.</param>
    /// <param name="signer">Who signs.</param>
    /// <returns>The seal as JSON.</returns>
    public string Write(string place, RecordSigner signer)
    {
        var written = JsonSerializer.SerializeToNode(
            this with { Signer = signer.Certificate.Fingerprint }, HistoryJson.Default.HistorySeal)!;
        // As it is read: a number has one text then.
        var node = (JsonObject)JsonNode.Parse(written.ToJsonString())!;
        node[SignatureMember] = signer.Sign(Purpose, Content(place, node)).Value;
        return node.ToJsonString();
    }

    private static string Content(string place, JsonObject node)
    {
        var signed = (JsonObject)node.DeepClone();
        signed.Remove(SignatureMember);
        return $"{place}\n{signed.ToJsonString()}";
    }

    /// <summary>What the entries lack.</summary>
    /// <param name="entries">The entries of the history, newest first, with their hashes.</param>
    public IReadOnlyList<HistoryGap> FindGaps(IReadOnlyList<(Release Release, string Hash)> entries)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < Releases.Count; place++) places.TryAdd(Releases[place].Hash, place);
        var found = entries.Select(entry => places.GetValueOrDefault(entry.Hash, -1)).ToList();
        var gaps = Gaps.Select(gap => gap with { Newer = Before(gap.Newer) })
            .Concat(Releases.Select((one, place) => (one, place)).Where(sealing => !found.Contains(sealing.place)).Select(missing =>
                new HistoryGap(Before(missing.place), $"{SealedRelease.Describe(missing.one.Image, missing.one.At)} is missing")))
            .ToList();
        // An entry that is not proven chooses nothing, wherever it stands.
        gaps.AddRange(entries.Where((entry, index) => found[index] < 0 && entry.Release.Problem is null).Select(added => new HistoryGap(
            0,
            $"{SealedRelease.Describe(added.Release.Image, added.Release.At)} is not in the signed list: it was put back, or recorded "
                + "by a version of the module that signs none")));
        var known = found.Where(place => place >= 0).ToList();
        if (known.Where((place, index) => index > 0 && place <= known[index - 1]).Any())
            gaps.Add(new HistoryGap(0, "the order of the releases was changed"));
        return gaps;

        // How many entries stand before the first one that is not newer.
        int Before(int place) => found.FindIndex(one => one >= place) is var index and >= 0 ? index : entries.Count;
    }
}
