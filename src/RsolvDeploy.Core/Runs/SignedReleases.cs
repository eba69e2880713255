using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// The releases of a history. Each bears the signature of the operator who recorded it last, for this history alone. What nobody changes
/// is written as it was read, also what another version of the module recorded.
/// </summary>
internal sealed class SignedReleases
{
    private const string Purpose = "rsolvdeploy release";
    private const string SignatureMember = "signature";

    private readonly string _place;
    private readonly Dictionary<Release, JsonObject> _stored;

    private SignedReleases(string place, IReadOnlyList<Release> releases, Dictionary<Release, JsonObject> stored) =>
        (_place, Releases, _stored) = (place, releases, stored);

    /// <summary>The releases, newest first; those that are not proven have a problem.</summary>
    public IReadOnlyList<Release> Releases { get; }

    /// <summary>A history without releases.</summary>
    /// <param name="place">The ConfigMap that the history is in: its uid, namespace and name.</param>
    public static SignedReleases Empty(string place) => new(place, [], []);

    /// <summary>Reads and verifies releases.</summary>
    /// <param name="text">The history, JSON.</param>
    /// <param name="place">The ConfigMap that the history is in: its uid, namespace and name.</param>
    /// <param name="trusted">Whose signatures count.</param>
    /// <exception cref="JsonException">It is no history.</exception>
    public static SignedReleases Read(string text, string place, TrustedSigners trusted)
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

        return new SignedReleases(place, [.. stored.Keys], stored);
    }

    /// <summary>Writes releases; signs those that are not among the ones that were read.</summary>
    public string Write(IReadOnlyList<Release> releases, RecordSigner signer) =>
        new JsonArray([.. releases.Select(one => _stored.GetValueOrDefault(one)?.DeepClone() ?? Sign(one, signer))]).ToJsonString();

    private JsonObject Sign(Release release, RecordSigner signer)
    {
        var node = JsonSerializer.SerializeToNode(
            release with { Signer = signer.Certificate.Fingerprint }, HistoryJson.Default.Release)!;
        // As it is read: a number has one text then.
        var entry = (JsonObject)JsonNode.Parse(node.ToJsonString())!;
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
