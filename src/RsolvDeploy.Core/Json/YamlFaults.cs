using YamlDotNet.Core;

namespace RsolvDeploy.Json;

/// <summary>What the YAML library throws for text that is not well-formed; malformed escapes and the like are plain exceptions.</summary>
internal static class YamlFaults
{
    /// <summary>Whether an exception reports such text.</summary>
    public static bool IsOne(Exception e) =>
        e is YamlException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException;

    /// <summary>The place, <c>at line 3, column 7</c>. The message of the library may quote a secret and is not shown.</summary>
    public static string Place(Exception e) =>
        e is YamlException known ? $"at line {known.Start.Line}, column {known.Start.Column}" : "at a place that the parser does not name";
}
