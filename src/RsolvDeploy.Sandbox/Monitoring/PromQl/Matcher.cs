using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>A condition on a label.</summary>
internal sealed record Matcher(string Label, string Operator, string Value)
{
    private readonly Regex? _pattern =
        Operator is "=~" or "!~" ? new Regex($"^(?:{Value})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null;

    public bool Matches(LabelSet labels) => Operator switch
    {
        "=" => labels[Label] == Value,
        "!=" => labels[Label] != Value,
        "=~" => _pattern!.IsMatch(labels[Label]),
        _ => !_pattern!.IsMatch(labels[Label]),
    };
}
