using System.Text;
using RsolvDeploy.Configuration.Diagnostics;
using RsolvDeploy.Configuration.Yaml;

namespace RsolvDeploy.Configuration;

/// <summary>Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> by the environment, and <c>$${</c> by <c>${</c>.</summary>
internal static class EnvironmentSubstitution
{
    /// <summary>Resolves what needs no environment, and marks the values that do as pending.</summary>
    public static ConfigNode Prepare(ConfigNode node, Problems problems) =>
        Transform(node, "", (scalar, path) => Prepare(scalar, path, problems));

    /// <summary>Resolves the pending values; a variable that is not set and has no default is a problem.</summary>
    public static ConfigNode Expand(ConfigNode node, string path, Func<string, string?> environment, Problems problems) =>
        Transform(node, path, (scalar, at) => scalar.Pending ? Expand(scalar, at, environment, problems) : scalar);

    private static ScalarNode Prepare(ScalarNode scalar, string path, Problems problems)
    {
        var pending = false;
        var text = Replace(scalar.Text, (_, _) => { pending = true; return ""; }, error => problems.Add(scalar.At, path, error));
        return pending ? scalar with { Pending = true } : scalar with { Text = text };
    }

    private static ScalarNode Expand(ScalarNode scalar, string path, Func<string, string?> environment, Problems problems)
    {
        var text = Replace(scalar.Text, Find, error => problems.Add(scalar.At, path, error));
        return scalar with { Text = text, Pending = false, Expanded = true };

        string Find(string name, string? fallback)
        {
            // As in a shell, `:-` also stands in for a variable that is set to nothing.
            var value = environment(name);
            if (fallback is not null) return string.IsNullOrEmpty(value) ? fallback : value;
            if (value is null)
            {
                problems.Add(
                    scalar.At, path, $"the environment variable {name} is not set, and no default is given (${{{name}:-default}}).");
            }

            return value ?? "";
        }
    }

    private static string Replace(string text, Func<string, string?, string> find, Action<string> fail)
    {
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        var result = new StringBuilder();
        var index = 0;
        while (index < text.Length)
        {
            if (string.CompareOrdinal(text, index, "$${", 0, 3) == 0)
            {
                result.Append("${");
                index += 3;
            }
            else if (string.CompareOrdinal(text, index, "${", 0, 2) == 0)
            {
                var end = text.IndexOf('}', index);
                if (end < 0 || !TrySplit(text[(index + 2)..end], out var name, out var fallback))
                {
                    fail("write a substitution as ${NAME} or ${NAME:-default}; for the characters themselves write $${.");
                    return text;
                }

                result.Append(find(name, fallback));
                index = end + 1;
            }
            else
            {
                result.Append(text[index++]);
            }
        }

        return result.ToString();
    }

    private static bool TrySplit(string inside, out string name, out string? fallback)
    {
        var separator = inside.IndexOf(":-", StringComparison.Ordinal);
        name = separator < 0 ? inside : inside[..separator];
        fallback = separator < 0 ? null : inside[(separator + 2)..];
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    private static ConfigNode Transform(ConfigNode node, string path, Func<ScalarNode, string, ConfigNode> change) => node switch
    {
        ScalarNode scalar => change(scalar, path),
        SequenceNode sequence =>
            sequence with { Items = [.. sequence.Items.Select((item, index) => Transform(item, $"{path}[{index}]", change))] },
        MappingNode mapping => mapping with
        {
            Entries = [.. mapping.Entries.Select(entry =>
                entry with { Value = Transform(entry.Value, KeyPath.Join(path, entry.Key), change) })],
        },
        _ => node,
    };
}
