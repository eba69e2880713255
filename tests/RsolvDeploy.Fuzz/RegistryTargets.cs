using System.Text;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Fuzz;

/// <summary>What registries and image engines send.</summary>
internal static class RegistryTargets
{
    private const string Manifest = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"a","digest":"sha256:aa","size":7},
        "layers":[{"mediaType":"b","digest":"sha256:bb","size":9223372036854775807,
        "annotations":{"in-toto.io/predicate-type":"x"}}]}
        """;

    private const string Index = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":"sha256:aa","size":1,
        "platform":{"os":"linux","architecture":"arm","variant":"v7"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"}}]}
        """;

    private const string BuildxLine = """
        {"vertexes":[{"digest":"a","name":"b","started":"x","completed":null,"error":"e","cached":true}],"statuses":[{"vertex":"a","id":"i",
        "current":1,"total":2}],"logs":[{"vertex":"a","data":"bG9n"}],"warnings":[{"short":"c2hvcnQ="}]}
        """;

    /// <summary>All of them.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("registry-manifest", ReadManifest, [Encoding.UTF8.GetBytes(Manifest), Encoding.UTF8.GetBytes(Index)]),
        FuzzTarget.OfText("registry-challenge", text => RegistryChallenge.Choose([text]),
            "Bearer realm=\"https://auth.example/token\",service=\"r\",scope=\"repository:a:pull,push\", Basic realm=\"a\\\"b\"") with
        {
            Words = ["Bearer ", "Basic ", "realm=", "\"", "\\", ",", "=", " ", "\t"],
        },
        FuzzTarget.OfText("registry-error", ReadError,
            """{"errors":[{"code":"DENIED","message":"no","detail":[]}]}""",
            "<html><head><title>502 Bad</title></head><body>x</body></html>"),
        FuzzTarget.OfText("image-reference", text => ImageReference.Parse(text),
            "ghcr.io/a/b:tag@sha256:" + new string('a', 64), "localhost:5000/x"),
        FuzzTarget.OfText("docker-config", ReadLogins,
            """{"auths":{"https://r.example/v1/":{"auth":"YTpi","identitytoken":"t"},"r.example":{"username":"a","password":"b"}}}"""),
        new("buildkit-trace", bytes => BuildTrace.Parse(bytes), [Trace()]) { Throws = [typeof(InvalidDataException)] },
        FuzzTarget.OfText("buildx-line", text => BuildxTrace.Parse(text), BuildxLine),
        FuzzTarget.OfText("dockerignore", ReadIgnore, "# comment\n*.log\n!keep/**/a?[a-z]\n**/node_modules\n\\#x\n/a/../b\n[^x-z]y") with
        {
            ShortRun = 2000,
            Words = ["**", "*", "?", "[", "]", "!", "^", "-", "/", "..", "\\", "\n", "a*b*c*d*"],
            Throws = [typeof(FormatException)],
        },
    ];

    private static void ReadManifest(byte[] content)
    {
        var manifest = RegistryManifest.Parse(content, "sha256:x", "application/json", "r.example/a");
        _ = (manifest.PredicateTypes, manifest.MediaType);
    }

    private static void ReadError(string text)
    {
        using var response = new HttpResponseMessage(System.Net.HttpStatusCode.BadGateway) { Content = new StringContent(text) };
        RegistryMessage.ReadAsync(response, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static void ReadLogins(string text)
    {
        var environment = new DockerEnvironment(name => name == "DOCKER_AUTH_CONFIG" ? text : null, "/none");
        new RegistryCredentials(environment).FindAsync("r.example", "a/b", CancellationToken.None).GetAwaiter().GetResult();
    }

    private static void ReadIgnore(string text)
    {
        var rules = IgnoreRules.Parse(text.Split('\n'), ".dockerignore");
        foreach (var path in (string[])["a", "node_modules", "a/b/c.log", new string('a', 200), "keep/x/ab"]) rules.Evaluate(path, null);
    }

    // A step and its log, in protobuf.
    private static byte[] Trace() =>
    [
        0x0a, 0x0b, 0x0a, 0x03, (byte)'a', (byte)'b', (byte)'c', 0x1a, 0x04, (byte)'n', (byte)'a', (byte)'m', (byte)'e',
        0x12, 0x0b, 0x0a, 0x01, (byte)'i', 0x12, 0x01, (byte)'v', 0x20, 0x96, 0x01, 0x28, 0x7f,
        0x1a, 0x08, 0x0a, 0x01, (byte)'v', 0x22, 0x03, (byte)'l', (byte)'o', (byte)'g',
    ];
}
