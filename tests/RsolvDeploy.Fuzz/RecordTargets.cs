using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Fuzz;

/// <summary>What a run leaves, and others may have written: ledgers, histories, backups.</summary>
internal static class RecordTargets
{
    private const string History = """
        [{"image":"r/a@sha256:1","at":"2026-11-24T12:00:00+00:00","revision":3,"status":"Succeeded","verified":true,"by":"me@here",
        "runId":"r",        "ledger":"3:ab","reason":"x","schema":7,"migrations":[{"version":1,"name":"a"}],
        "workloads":[{"kind":"Deployment","name":"a","image":"i"}],
        "signer":"ab","signature":"YWI="}]
        """;

    private const string Seal = """
        {"serial":3,"releases":[{"image":"r/a@sha256:1","at":"2026-11-24T12:00:00+00:00","hash":"a"},
        {"image":"r/b","at":"2026-11-24T12:00:00+00:00","hash":"x"},{"image":"r/c","at":"2026-11-24T12:00:00+00:00","hash":"b"}],
        "gaps":[{"newer":1,"reason":"r/d is missing"}],"signer":"ab","signature":"YWI="}
        """;

    private const string Manifest = """
        {"format":"rsolvdeploy-backup","version":3,"tool":"RsolvDeploy 0.1.0","target":"production","cluster":"https://10.0.0.1:6443",
        "context":"c","namespace":"ns","deployment":"app","runId":"20261124-120000-ab12cd","created":"2026-11-24T12:00:00+00:00",
        "image":"r/a@sha256:1","revision":3,
        "encryption":{"method":"CMS, AES-256-GCM","recipients":[{"type":"certificate","subject":"CN=a","serial":"01","fingerprint":"aa"},
        {"type":"passphrase","derivation":"PBKDF2"}]},
        "signature":{"subject":"CN=a","fingerprint":"aa","method":"RSA-PSS, SHA-256","passphrase":{"salt":"YWI=","iterations":600000}},
        "kinds":[{"apiVersion":"v1","kind":"Secret","plural":"secrets","resourceVersion":"7","selector":"a=b","onlyNamed":true},
        {"apiVersion":"apps/v1","kind":"Deployment","plural":"deployments","resourceVersion":"8"}],
        "items":[{"apiVersion":"v1","kind":"Secret","name":"a","namespace":"ns","file":"secrets/a.and-more.yaml.cms","sha256":"00",
        "size":1,"encrypted":true,"offset":0,"owners":["x"]},
        {"apiVersion":"v1","kind":"Secret","name":"b","namespace":"ns","file":"secrets/a.and-more.yaml.cms","sha256":"00","size":1,
        "encrypted":true,"offset":1},
        {"apiVersion":"apps/v1","kind":"Deployment","name":"app","namespace":"ns","file":"deployments/app.yaml","sha256":"01","size":2,
        "encrypted":false}],
        "omitted":[{"kind":"Secret","name":"t","reason":"is a token"}],"changed":[{"kind":"Secret","name":"b","what":"deleted"}]}
        """;

    private const string Lease = """
        {"metadata":{"resourceVersion":"1"},"spec":{"holderIdentity":"a","acquireTime":"2026-11-24T12:00:00.000000Z","renewTime":
        "9999-12-31T23:59:59Z","leaseDurationSeconds":2147483647,"leaseTransitions":3}}
        """;

    private static readonly X509Certificate2 Certificate = Create();
    private static readonly TrustedSigners Nobody = new(new SigningKey("/none"), []);

    /// <summary>All of them.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("ledger", ReadLedger, [Ledger()]),
        // With hashes that are right, as anybody can write them.
        new("ledger-line", content => ReadLedger(Hashed(content)), [Encoding.UTF8.GetBytes(Line(1).Text[..^74])])
        {
            Words = ["\"event\":\"plan\"", "\"event\":\"result\"", "\"data\":{}", "\"steps\":[",
                "\"kind\":\"Update\"", "\"sequence\":1", "\"signer\":\"a\""],
        },
        FuzzTarget.OfText("history", ReadHistory, History) with { Throws = [typeof(JsonException)] },
        FuzzTarget.OfText("history-seal", ReadSeal, Seal) with { Throws = [typeof(JsonException)] },
        new("backup-manifest", ReadManifest, [Encoding.UTF8.GetBytes(Manifest)]),
        new("cms", OpenCms, [Sealed()]) { Throws = [typeof(FormatException), typeof(CryptographicException)] },
        FuzzTarget.OfText("lease", ReadLease, Lease) with { Throws = [typeof(JsonException)] },
    ];

    private static LedgerLine Line(int number) => new(
        number,
        DateTimeOffset.UnixEpoch,
        "me@here",
        LedgerEvent.Plan,
        new JsonObject { ["steps"] = new JsonArray(new JsonObject { ["kind"] = "Update", ["options"] = new JsonObject { ["a"] = 1 } }) },
        LedgerLine.HashOf("run"));

    private static byte[] Ledger()
    {
        var first = Line(1);
        return Encoding.UTF8.GetBytes($"{first.Text}\n{(Line(2) with { Previous = first.Hash }).Text}\n");
    }

    private static byte[] Hashed(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body).Replace('\n', ' ');
        return Encoding.UTF8.GetBytes($"{text},\"hash\":\"{LedgerLine.HashOf(text)}\"}}\n");
    }

    private static void ReadManifest(byte[] content)
    {
        var layout = new FileLayout("/backup", ManifestFile.Parse("/backup", content).Items);
        foreach (var file in layout.Files) layout.LengthOf(file);
    }

    private static void ReadLedger(byte[] content)
    {
        var text = LedgerText.Read(content, "run");
        LedgerProof.Verify(text, Nobody);
        var run = new RecordedRun(new RunFolder("run", "/none"), text, IsRunning: false);
        _ = (run.ToRecord(), run.FirstOpen);
    }

    private static void ReadHistory(string text)
    {
        var read = SignedReleases.Read(text, null, "here", Nobody);
        ReleaseChoice.FindRollback(read.Releases, "r/a@sha256:2");
        ReleaseChoice.SnapshotFor(read.Releases, "r/a@sha256:2");
    }

    // What lies behind its signature too.
    private static void ReadSeal(string text)
    {
        HistorySeal.Read(text, "here", Nobody);
        Release[] releases = [new("a", DateTimeOffset.UnixEpoch), new("b", DateTimeOffset.UnixEpoch), new("c", DateTimeOffset.UnixEpoch)];
        if (StrictJson.Parse(text) is JsonObject node)
            HistorySeal.From(node)?.FindGaps([.. releases.Select(one => (one, one.Image))]);
    }

    private static void ReadLease(string text)
    {
        if (StrictJson.Parse(text) is JsonObject lease) LeaseState.Read(lease).Take("me", DateTimeOffset.UnixEpoch).ToLease("a", "b");
    }

    private static byte[] Sealed()
    {
        using var sealer = new CmsSealer([Certificate], password: null);
        return sealer.Seal("content"u8).ToArray();
    }

    private static void OpenCms(byte[] message) =>
        CmsEnvelope.Parse(message).Open(new PrivateDecryptionKey(Certificate.GetRSAPrivateKey()!, null));

    private static X509Certificate2 Create()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=fuzz", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(80));
    }
}
