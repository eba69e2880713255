using RsolvDeploy.Configuration.Diagnostics;
using RsolvDeploy.Configuration.Yaml;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Configuration;

/// <summary>Looks for credentials in a file: in its values, its keys, and in what is no value (comments, text that is no YAML).</summary>
internal static class CredentialScan
{
    public static void Run(ConfigNode? root, string text, Problems problems)
    {
        var covered = new HashSet<int>();
        if (root is not null) Visit(root, "", "", problems, covered);
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (!covered.Contains(index + 1) && CredentialDetector.Locate(lines[index]) is { } found)
                problems.Add(new Position(index + 1, found.Index + 1), "", Describe(found.Name), isCredential: true);
        }
    }

    private static void Visit(ConfigNode node, string key, string path, Problems problems, HashSet<int> covered)
    {
        switch (node)
        {
            case ScalarNode scalar when CredentialDetector.Recognize(key, scalar.Text) is { } name:
                problems.Add(scalar.At, path, Describe(name), isCredential: true);
                for (var line = scalar.At.Line; line <= scalar.EndLine; line++) covered.Add(line);
                break;
            case SequenceNode sequence:
                for (var index = 0; index < sequence.Items.Count; index++)
                    Visit(sequence.Items[index], key, $"{path}[{index}]", problems, covered);
                break;
            case MappingNode mapping:
                foreach (var entry in mapping.Entries)
                    Visit(entry.Value, entry.Key, KeyPath.Join(path, entry.Key), problems, covered);
                break;
        }
    }

    private static string Describe(string name) =>
        $"this looks like {name}. Credentials never stand in a configuration; they come from a Kubernetes Secret, an environment "
            + "variable or a -Credential parameter.";
}
