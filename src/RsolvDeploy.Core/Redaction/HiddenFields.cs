using System.Text.RegularExpressions;

namespace RsolvDeploy.Redaction;

/// <summary>
/// The fields of Kubernetes objects whose values are never shown, because anybody may have put a secret there: data of ConfigMaps and
/// Secrets, environment variables, arguments of containers, headers of probes, and kubectl's copy of what it applied.
/// </summary>
internal static partial class HiddenFields
{
    /// <summary>Whether the values at a path are hidden.</summary>
    /// <param name="kind">The kind of the object; null when it is a part of one.</param>
    /// <param name="path">The path, <c>spec.template.spec.containers[0].env[1].value</c>; in lists by name, <c>env.NAME.value</c>.</param>
    public static bool Contain(string? kind, string path) =>
        (kind is "ConfigMap" or "Secret" && Data().IsMatch(path)) || Value().IsMatch(path);

    [GeneratedRegex(@"^(?:data|binaryData|stringData)(?:[.\[]|$)", RegexOptions.None, 10_000)]
    private static partial Regex Data();

    [GeneratedRegex(
        @"(?:\.(?:env|httpHeaders)(?:\[\d+\]|\.[^\[\]]{1,253}|\['[^']{1,253}'\])\.value|"
            + @"\.(?:args|command)\[\d+\]|last-applied-configuration'\])$",
        RegexOptions.None,
        10_000)]
    private static partial Regex Value();
}
