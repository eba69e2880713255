using System.Text;

namespace RsolvDeploy.Redaction;

/// <summary>Characters that follow each other.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last; not U+FFFF.</param>
internal sealed record CharacterRange(char First, char Last)
{
    /// <summary>All characters of some ranges, one after the other.</summary>
    public static string Text(params CharacterRange[] ranges)
    {
        var text = new StringBuilder();
        foreach (var range in ranges)
        {
            for (var one = range.First; one <= range.Last; one++) text.Append(one);
        }

        return text.ToString();
    }
}
