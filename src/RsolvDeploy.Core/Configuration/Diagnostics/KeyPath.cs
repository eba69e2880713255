using RsolvDeploy.Redaction;

namespace RsolvDeploy.Configuration.Diagnostics;

/// <summary>Names a key by the way to it, for example <c>targets.production.namespace</c>.</summary>
internal static class KeyPath
{
    private const int LongestKey = 60;

    public static string Join(string path, string key) => path.Length == 0 ? Show(key) : $"{path}.{Show(key)}";

    /// <summary>The key as it may be shown: short, without control characters, and hidden when it is a credential itself.</summary>
    public static string Show(string key)
    {
        if (CredentialDetector.Recognize(key) is not null) return "(hidden)";
        var clean = string.Concat(key.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return clean.Length > LongestKey ? clean[..LongestKey] + "…" : clean;
    }
}
