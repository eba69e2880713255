using System.Text.RegularExpressions;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>
/// What a kubelet writes into the body of a log, behind a status of 200, when it cannot read that log (any more): the runtime has
/// removed the container or its file, or the node follows too many files. It is the last line, and has no line feed.
/// </summary>
internal static partial class KubeletLogError
{
    /// <summary>Whether a last line without a line feed is the kubelet's, and not the container's.</summary>
    public static bool Matches(string line) => Texts().IsMatch(line);

    [GeneratedRegex(
        """
        ^(?: unable\ to\ retrieve\ container\ logs\ for\ [a-z0-9.-]+://\S*$
           | failed\ to\ (?: try\ resolving\ symlinks\ in\ path | open\ log\ file | get\ container\ status | create\ fsnotify\ watcher )\b
           | rpc\ error:\ code\ =\ \w+\ desc\ = )
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Texts();
}
