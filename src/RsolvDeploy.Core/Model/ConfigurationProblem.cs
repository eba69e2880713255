namespace RsolvDeploy;

/// <summary>An error in a configuration.</summary>
/// <param name="Line">The line, from 1; 0 when it is the error of no line.</param>
/// <param name="Column">The column, from 1; 0 when it is the error of no line.</param>
/// <param name="Key">The key, such as <c>targets.production.namespace</c>; empty for the whole file.</param>
/// <param name="Message">What is wrong and what would be right. Never holds a credential.</param>
public sealed record ConfigurationProblem(int Line, int Column, string Key, string Message)
{
    /// <summary>As compilers write it: <c>line:column: key: message</c>.</summary>
    public override string ToString() => $"{Line}:{Column}: {(Key.Length > 0 ? $"{Key}: " : "")}{Message}";
}
