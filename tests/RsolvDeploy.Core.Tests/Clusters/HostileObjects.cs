using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>Objects whose names and values are made to be misread.</summary>
internal static class HostileObjects
{
    private static readonly string[] Texts =
    [
        "", " ", "  leading", "trailing  ", "\t", "yes", "no", "on", "off", "y", "n", "null", "~", "true", "0x1F", "0o17", "010", "1e3",
        "1_000", ".inf", ".nan", "---", "...", "- a", "? a", ": b", "a: b",
        "#", "a #b", "&a", "*a", "!!str", "!a", "|", ">", "|-\n x", "%YAML 1.1", "@", "`", "'", "\"", "\\", "\\n", "{", "}", "[", "]", ",",
        "<<", "2026-11-24", "12:30:45", "\r\n", "a\r\nb\r\n", "a\nb\n", "\n\n",
        "\u0085", "\u2028", "\u2029", "\ufeff", "\u0000", "\u001b[31m", "\u007f", "é", "日本語", "😀", "\ufffe", new('x', 4000), "tab\tin",
        "end\\", "$(rm -rf /)", "${HOME}", "{{ template }}",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(Texts), ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => Valid(text.Get)));

    /// <summary>Objects as a list of the API server gives them.</summary>
    public static Arbitrary<JsonObject> All { get; } = Object(3).Select(content => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "generated", ["namespace"] = "ns" },
        ["data"] = content,
    }).ToArbitrary();

    private static Gen<JsonObject> Object(int depth) =>
        from keys in Text.ArrayOf()
        from values in Value(depth).ListOf(keys.Length)
        select new JsonObject(keys.Zip(values)
            .DistinctBy(pair => pair.First)
            .Select(pair => KeyValuePair.Create(pair.First, (JsonNode?)pair.Second?.DeepClone())));

    private static Gen<JsonNode?> Value(int depth)
    {
        var scalars = Gen.OneOf(
            Text.Select(text => (JsonNode?)text),
            ArbMap.Default.GeneratorFor<long>().Select(number => (JsonNode?)number),
            ArbMap.Default.GeneratorFor<NormalFloat>().Select(number => (JsonNode?)number.Get),
            Gen.Elements<Func<JsonNode?>>(() => true, () => false, () => null).Select(make => make()));
        return depth == 0 ? scalars : Gen.Frequency(
            (5, scalars),
            (1, Object(depth - 1).Select(inner => (JsonNode?)inner)),
            (1, Value(depth - 1).ListOf(3).Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]))));
    }

    // JSON on the wire is UTF-8, which has no lone surrogates.
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
