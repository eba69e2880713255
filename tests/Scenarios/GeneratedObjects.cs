using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Cluster;
using RsolvDeploy.Manifests;

namespace RsolvDeploy.Scenarios;

/// <summary>ConfigMaps and Secrets that an API server takes, with names, keys and values that are easy to misread or to lose.</summary>
internal static class GeneratedObjects
{
    private static readonly string[] Names = ["y", "no", "1e3", "0x1f", "con", "a.b", "x-1.y-2", "null", "lpt1.yaml", new('n', 200)];

    private static readonly string[] Keys = ["yes", "0x1F", "1e3", ".hidden", "-", "_", "a.b.c", "UPPER", "null", new('k', 253)];

    // A key is either in data or in binaryData, never in both.
    private static readonly string[] BinaryKeys = ["bin.yes", "bin.0x1F", "bin._"];

    private static readonly string[] Annotations = ["yes", "0x1F", "1e3", "example.com/A.b_c", new('a', 63)];

    private static readonly string[] Texts =
    [
        "", " ", "\t", "yes", "null", "~", "0x1F", "1e3", "010", ".inf", "---", "...", "- a", "a: b", "a #b", "&a", "*a", "!!str", "|", ">",
        "%YAML 1.1", "'", "\"", "\\", "{{ x }}", "${HOME}", "\r\n", "a\r\nb\r\n", "\n\n",
        "\u0085", "\u2028", "\ufeff", "\u0000", "\u001b[31m", "\u007f", "é", "日本語", "😀", "tab\tin", "trailing  ", new('z', 20_000),
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(Texts),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get))));

    /// <summary>That many objects with their kinds; a name occurs once for each kind.</summary>
    public static IReadOnlyList<(ResourceKind Kind, JsonObject Object)> Sample(int count) =>
        [.. One.Sample(count)
            .Select((one, index) =>
                (one.Kind, (one.Object with { Name = index < Names.Length ? Names[index] : $"{one.Object.Name}-{index}" }).ToJson()))];

    private static Gen<(ResourceKind Kind, Manifest Object)> One =>
        from kind in Gen.Elements(ResourceKind.ConfigMaps, ResourceKind.Secrets)
        from name in Gen.Elements("app", "web.config", "a-b")
        from data in Map(
            Keys, Text.Select(text => kind == ResourceKind.Secrets ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : text))
        from bytes in Map(BinaryKeys, ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => Convert.ToBase64String(bytes ?? [])))
        from annotations in Map(Annotations, Text)
        from immutable in Gen.Elements(false, false, true)
        select (kind, kind == ResourceKind.Secrets
            ? (Manifest)new SecretManifest(name) { Data = data, Annotations = annotations, Immutable = immutable }
            : new ConfigMapManifest(name) { Data = data, BinaryData = bytes, Annotations = annotations, Immutable = immutable });

    private static Gen<JsonObject> Map(string[] keys, Gen<string> value) =>
        from some in Gen.Elements(keys).ArrayOf()
        from values in value.ListOf(some.Length)
        select new JsonObject(
            some.Zip(values).DistinctBy(pair => pair.First).Select(pair => KeyValuePair.Create(pair.First, (JsonNode?)pair.Second)));
}
