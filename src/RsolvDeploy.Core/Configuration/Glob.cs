namespace RsolvDeploy.Configuration;

/// <summary>Matches names with <c>*</c> (any text) and <c>?</c> (one character), without regard to case. Other characters stand for
/// themselves: names at GitHub have brackets.</summary>
internal static class Glob
{
    public static bool IsMatch(string glob, string name) =>
        Wildcard.IsMatch(
            glob.Replace("`", "``", StringComparison.Ordinal).Replace("[", "`[", StringComparison.Ordinal),
            name);
}
