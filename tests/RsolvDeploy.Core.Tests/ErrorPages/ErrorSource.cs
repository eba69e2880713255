using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Core.Tests.ErrorPages;

/// <summary>Reads the errors that the source throws: id, category, message and remedy, with what is filled in as an ellipsis.</summary>
internal static partial class ErrorSource
{
    private const string SeeChecks = "See the property Checks of the result.";

    public static IReadOnlyList<(string Id, string Category, string Message, string Remedy)> Read()
    {
        var errors = new List<(string Id, string Category, string Message, string Remedy)>();
        var services = new List<string>();
        foreach (var folder in new[] { "RsolvDeploy.Core", "RsolvDeploy" })
        {
            var root = Path.Combine(Repository.Root, "src", folder);
            foreach (var path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)) continue;
                var text = WithConstants(File.ReadAllText(path));
                services.AddRange(ServiceIds().Matches(text).Select(match => match.Groups[1].Value));
                foreach (Match match in Start().Matches(text))
                {
                    var arguments = Arguments(text, match.Index + match.Length);
                    errors.Add((match.Groups[1].Value, match.Groups[2].Value, Show(arguments, 0), Show(arguments, 1)));
                }

                foreach (Match match in Failure().Matches(text))
                {
                    var id = match.Groups[1].Value;
                    errors.Add((id, "InvalidOperation", "A check of the step failed; the message names it.", SeeChecks));
                    if (id.EndsWith("Failed", StringComparison.Ordinal))
                        errors.Add(($"{id[..^6]}TimedOut", "OperationTimeout", "The step reached its time limit.", SeeChecks));
                }
            }
        }

        return [.. errors, .. services.SelectMany(OfService)];
    }

    // An id that stands in a constant of the same file.
    private static string WithConstants(string text)
    {
        foreach (Match constant in Constant().Matches(text))
        {
            text = Regex.Replace(
                text, $@"\b{constant.Groups[1].Value}(?=,\s*FaultCategory\.|\)\s*(?:;|{{))", $"\"{constant.Groups[2].Value}\"");
        }

        return text;
    }

    // ServiceFaults throws these, with the ids of the service.
    private static IEnumerable<(string Id, string Category, string Message, string Remedy)> OfService(string id)
    {
        if (!id.EndsWith("Unreachable", StringComparison.Ordinal))
        {
            yield return (id, "AuthenticationError", "… at … refused the credential: status 401.",
                "Check ….credential of the target, or -Credential; a token may have expired or been revoked.");
            yield break;
        }

        yield return (id, "ConnectionError<br>OperationTimeout", "… at … did not respond: ….",
            "Check ….url or ….service of the target, and that … is running and can be reached from here.");
        yield return (id.Replace("Unreachable", "Untrusted", StringComparison.Ordinal), "SecurityError",
            "The certificate of … is not trusted: ….",
            "Renew the certificate if it expired; otherwise check that it names the host, and that this machine trusts its authority.");
    }

    // The expressions of the arguments, split at the commas between them.
    private static List<string> Arguments(string text, int at)
    {
        var (arguments, current, depth, inText) = (new List<string>(), new StringBuilder(), 0, false);
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '"' && text[at - 1] != '\\') inText = !inText;
            if (!inText)
            {
                if (c is '(' or '[' or '{') depth++;
                if (c is ')' or ']' or '}' && --depth < 0) break;
                if (c == ',' && depth == 0)
                {
                    arguments.Add(current.ToString());
                    current.Clear();
                    continue;
                }
            }

            current.Append(c);
        }

        arguments.Add(current.ToString());
        return arguments;
    }

    private static string Show(List<string> arguments, int index)
    {
        if (index >= arguments.Count) return "";
        var literals = Literal().Matches(arguments[index]).Select(match => match.Groups[1].Value);
        var shown = Inserted().Replace(string.Concat(literals), "…").Replace("\\\"", "\"", StringComparison.Ordinal);
        return shown.Replace("\\n", " ", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Trim();
    }

    [GeneratedRegex("\"([A-Z][A-Za-z0-9]+)\",\\s*FaultCategory\\.(\\w+),", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Start();

    [GeneratedRegex("const string (\\w+) = \"([A-Z][A-Za-z]+)\";", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Constant();

    [GeneratedRegex("(?:new\\(\"[^\"]+\", \"\\w+\", |RefusedId = )\"([A-Z][A-Za-z]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ServiceIds();

    [GeneratedRegex("FailureId => \"([A-Z][A-Za-z]+)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Failure();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Inserted();
}
