using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// The releases of a history. Each bears the signature of the operator who recorded it last, for this history alone; a seal lists them all.
/// What nobody changes is written as it was read, also what another version of the module recorded.
/// </summary>
internal sealed class SignedReleases
{
    private const string Purpose = "rsolvdeploy release";
    private const string SignatureMember = "signature";

    // An entry that bears the number of a change was sealed: without a seal, somebody removed it.
    private const string SerialMember = "serial";

    private readonly string _place;
    private readonly Dictionary<Release, JsonObject> _stored;

    private SignedReleases(string place, Dictionary<Release, JsonObject> stored) =>
        (_place, _stored, Releases) = (place, stored, [.. stored.Keys]);

    /// <summary>The releases, newest first; those that are not proven have a problem.</summary>
    public IReadOnlyList<Release> Releases { get; }

    /// <summary>What the history lacks; empty for a history of a version of the module that sealed nothing.</summary>
    public IReadOnlyList<HistoryGap> Gaps { get; private init; } = [];

    /// <summary>The number of its last change; 0 when no trusted signer sealed it.</summary>
    public long Serial { get; private init; }

    /// <summary>A history without releases.</summary>
    /// <param name="place">The ConfigMap that the history is in: its uid, namespace and name.</param>
    public static SignedReleases Empty(string place) => new(place, new(ReferenceEqualityComparer.Instance));

    /// <summary>Reads and verifies releases.</summary>
    /// <param name="text">The history, JSON.</param>
    /// <param name="seal">Its seal; null for none.</param>
    /// <param name="place">The ConfigMap that the history is in: its uid, namespace and name.</param>
    /// <param name="trusted">Whose signatures count.</param>
    /// <exception cref="JsonException">It is no history.</exception>
    public static SignedReleases Read(string text, string? seal, string place, TrustedSigners trusted)
    {
        if (StrictJson.Parse(text) is not JsonArray items) throw new JsonException("A history is a list of releases.");
        var stored = new Dictionary<Release, JsonObject>(ReferenceEqualityComparer.Instance);
        foreach (var item in items)
        {
            if (item is not JsonObject entry || entry.Deserialize(HistoryJson.Default.Release) is not { Image: not null } release)
                throw new JsonException("A release of a history is an object with an image.");
            var problem = entry[SignatureMember].Text() is { } value && release.Signer is { } signer
                ? new RecordSignature(signer, value).FindProblem(trusted, Purpose, Content(place, entry))
                : RecordProblem.Unsigned;
            stored.Add(release with { Problem = problem?.Reason }, entry);
        }

        if (seal is null)
        {
            return new SignedReleases(place, stored)
            {
                Gaps = stored.Any(one => one.Key.Problem is null && one.Value.ContainsKey(SerialMember))
                    ? [new HistoryGap(0, "the signed list of the releases was removed")]
                    : [],
            };
        }

        var (read, why) = HistorySeal.Read(seal, place, trusted);
        return new SignedReleases(place, stored)
        {
            Serial = read?.Serial ?? 0,
            Gaps = read?.FindGaps([.. stored.Select(one => (one.Key, SealedRelease.HashOf(one.Value)))])
                ?? [new HistoryGap(0, $"the signed list of the releases {why}")],
        };
    }

    /// <summary>The same, with a gap when this machine saw a newer change.</summary>
    /// <param name="seen">The newest change that it saw.</param>
    public SignedReleases ComparedTo(long seen) => seen <= Serial ? this : new SignedReleases(_place, _stored)
    {
        Serial = seen,
        // A list that is not proven has no number, and is a gap already.
        Gaps = Serial == 0 && Gaps.Count > 0
            ? Gaps
            : [.. Gaps, new HistoryGap(0, $"change {seen}, which this machine saw, is gone: an older state was put back, "
                + "or somebody wrote who does not trust its signer")],
    };

    /// <summary>Signs the releases that are not among those that were read, and seals all.</summary>
    /// <param name="releases">The releases, newest first.</param>
    /// <param name="signer">Who signs.</param>
    /// <returns>The history and its seal, both JSON.</returns>
    public (string Releases, string Seal) Write(IReadOnlyList<Release> releases, RecordSigner signer)
    {
        var serial = Serial + 1;
        List<JsonObject> entries =
            [.. releases.Select(one => _stored.GetValueOrDefault(one)?.DeepClone().AsObject() ?? Sign(one, serial, signer))];
        var added = Added(releases);
        var seal = new HistorySeal(
            serial,
            [.. releases.Zip(entries, (one, entry) => new SealedRelease(one.Image, one.At, SealedRelease.HashOf(entry)))],
            // What is missing stays known until so many releases are newer that nobody would find it any more.
            [.. Gaps.Select(gap => gap with { Newer = gap.Newer + added }).Where(gap => gap.Newer < ReleaseHistory.MostReleases)
                .DistinctBy(gap => gap.Reason)]);
        return (new JsonArray([.. entries]).ToJsonString(), seal.Write(_place, signer));
    }

    // How many releases stand before those that were read. A release that was changed is another object.
    private int Added(IReadOnlyList<Release> releases)
    {
        var known = Releases.ToList();
        for (var index = 0; index < releases.Count; index++)
        {
            if (known.FindIndex(one => ReferenceEquals(one, releases[index])) is var before and >= 0) return index - before;
        }

        return releases.Count - Releases.Count;
    }

    private JsonObject Sign(Release release, long serial, RecordSigner signer)
    {
        var node = JsonSerializer.SerializeToNode(
            release with { Signer = signer.Certificate.Fingerprint }, HistoryJson.Default.Release)!;
        // As it is read: a number has one text then.
        var entry = (JsonObject)JsonNode.Parse(node.ToJsonString())!;
        entry[SerialMember] = serial;
        entry[SignatureMember] = signer.Sign(Purpose, Content(_place, entry)).Value;
        return entry;
    }

    private static string Content(string place, JsonObject entry)
    {
        var signed = (JsonObject)entry.DeepClone();
        signed.Remove(SignatureMember);
        return $"{place}\n{signed.ToJsonString()}";
    }
}
