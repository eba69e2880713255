namespace RsolvDeploy.Configuration.Values;

/// <summary>Makes paths full: <c>~</c> is the user's folder, anything relative is relative to the configuration file.</summary>
internal static class FilePath
{
    /// <summary>The full path; null when the text cannot be one.</summary>
    public static string? Resolve(string text, string folder, string home)
    {
        if (text.Length == 0 || text.Contains('\0')) return null;
        if (text == "~") return home;
        if (text[0] == '~' && text[1] is '/' or '\\') text = Path.Combine(home, text[2..].TrimStart('/', '\\'));
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, folder));
    }
}
