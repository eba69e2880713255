using System.Text.RegularExpressions;

namespace RsolvDeploy.Setup;

/// <summary>Writes texts as YAML scalars.</summary>
internal static partial class YamlText
{
    /// <summary>The text as it is where YAML reads it as text, or else in single quotes. A lookup of the environment is escaped.</summary>
    public static string Scalar(string text) => Plain().IsMatch(text)
        ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal).Replace("${", "$${", StringComparison.Ordinal)}'";

    private const string PlainText = @"^(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z/][A-Za-z0-9_./-]*(:[0-9A-Za-z_./-]+)*\z";

    [GeneratedRegex(PlainText, RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Plain();
}
