using System.Text.RegularExpressions;

namespace RsolvDeploy.Redaction;

/// <summary>Recognizes text that looks like a credential. It would rather refuse a strange name than let a key into a repository.</summary>
internal static partial class CredentialDetector
{
    // What cannot be checked is treated as a credential.
    private const string TooComplex = "text that is too complex to check for credentials";

    public const string Remedy =
        "A credential comes from one of three places: a Kubernetes Secret (name it and its key), an environment variable (env: "
            + "NAME, or ${NAME}), "
            +
            "or a -Credential parameter. Take it out of the file, and replace it where it was valid: it has been written down.";

    private static readonly (Regex Shape, string Name)[] Shapes =
    [
        (PrivateKey(), "a private key"),
        (EncodedPrivateKey(), "a private key"),
        (GitHubToken(), "a GitHub token"),
        (GitLabToken(), "a GitLab token"),
        (SecretKey(), "an API key (sk-…)"),
        (StripeKey(), "a payment API key"),
        (AwsKey(), "an AWS access key"),
        (GoogleKey(), "a Google API key"),
        (SlackToken(), "a Slack token"),
        (SlackWebhook(), "a Slack webhook address"),
        (RegistryToken(), "a registry token"),
        (JsonWebToken(), "a JSON Web Token"),
        (UserInfo(), "an address with a password in it"),
        (Authorization(), "an Authorization header"),
    ];

    /// <summary>What credential the text holds, in words, wherever it stands; null when there is none.</summary>
    public static string? Recognize(string text)
    {
        if (text.Length < 8) return null;
        try
        {
            var literal = WithoutSubstitutions(text);
            foreach (var (shape, name) in Shapes)
                if (shape.IsMatch(literal)) return name;
            return null;
        }
        catch (RegexMatchTimeoutException)
        {
            return TooComplex;
        }
    }

    /// <summary>
    /// What credential the value of this key is, in words; null when there is none. Keys named after credentials
    /// are looked at more closely.
    /// </summary>
    public static string? Recognize(string key, string text)
    {
        if (Recognize(text) is { } known) return known;
        return IsCredentialName(key) && LooksRandom(WithoutSubstitutions(text)) ? "a password or key" : null;
    }

    public static bool IsCredentialName(string key) => CredentialName().IsMatch(key);

    /// <summary>The index and the name of the first credential in a line, comments included; null when there is none.</summary>
    public static (int Index, string Name)? Locate(string line)
    {
        foreach (var (shape, name) in Shapes)
            if (shape.Match(line) is { Success: true } match && Recognize(match.Value) is not null) return (match.Index, name);
        return null;
    }

    /// <summary>A line of text without the credentials that have a shape of their own.</summary>
    /// <param name="line">The line; its length is bounded.</param>
    /// <param name="placeholder">What stands in their place.</param>
    /// <exception cref="RegexMatchTimeoutException">It is too complex.</exception>
    public static string Replace(string line, string placeholder)
    {
        foreach (var (shape, _) in Shapes)
            line = shape.Replace(line, match => match.Value.Contains(placeholder, StringComparison.Ordinal) ? match.Value : placeholder);
        return line;
    }

    // What a variable holds is not in the file; what is offered in its place is.
    private static string WithoutSubstitutions(string text) =>
        text.Contains("${", StringComparison.Ordinal) ? Substitution().Replace(text, "$1") : text;

    private static bool LooksRandom(string text)
    {
        if (Guid().IsMatch(text)) return true;
        foreach (var run in Run().EnumerateMatches(text))
        {
            var part = text.AsSpan(run.Index, run.Length);
            if (part.IndexOfAnyInRange('0', '9') >= 0 && HasLetter(part) && Entropy(part) >= 3.0) return true;
        }

        return false;
    }

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (char.IsAsciiLetter(c)) return true;
        return false;
    }

    /// <summary>Shannon's entropy in bits a character; random hexadecimal digits have nearly 4, words seldom 3.5.</summary>
    private static double Entropy(ReadOnlySpan<char> text)
    {
        var counts = new Dictionary<char, int>();
        foreach (var c in text) counts[c] = counts.GetValueOrDefault(c) + 1;
        var bits = 0.0;
        foreach (var count in counts.Values)
        {
            var share = (double)count / text.Length;
            bits -= share * Math.Log2(share);
        }

        return bits;
    }

    [GeneratedRegex(
        @"-----BEGIN [A-Z0-9 ]*PRIVATE KEY|AGE-SECRET-KEY-1|PuTTY-User-Key-File", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PrivateKey();

    // The base64 of '-----BEGIN ', unless 'CERT', 'PUBLIC' or 'X509 CRL' follows: keys in kubeconfigs and Secrets are written so.
    [GeneratedRegex(
        @"LS0tLS1CRUdJTi(?!BDRVJU|BQVUJMSUMg|BYNTA5IENS)[A-Za-z0-9+/=_-]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EncodedPrivateKey();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_[A-Za-z0-9_]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex GitHubToken();

    [GeneratedRegex(@"\bgl(?:pat|ptt|rt|dt)-[A-Za-z0-9_-]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex GitLabToken();

    [GeneratedRegex(@"(?<![A-Za-z0-9-])sk-(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SecretKey();

    [GeneratedRegex(@"\b[srp]k_(?:live|test)_[A-Za-z0-9]{10,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex StripeKey();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"\bAIza[0-9A-Za-z_-]{30,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex GoogleKey();

    [GeneratedRegex(@"\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SlackToken();

    [GeneratedRegex(@"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SlackWebhook();

    [GeneratedRegex(
        @"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{10,}|\bnpm_[A-Za-z0-9]{20,}|\bglsa_[A-Za-z0-9_]{16,}|\bhvs\.[A-Za-z0-9_-]{16,}",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RegistryToken();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonWebToken();

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@""']*:[^/\s@""']+@", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\b(?:Bearer|Basic)\s+[A-Za-z0-9+/_.=-]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Authorization();

    [GeneratedRegex(
        @"pass(?:word|wd|phrase)|pwd|token|secret|credential|api[-_.]?key|private[-_.]?key|access[-_.]?key|key[-_.]?base|\bauth",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CredentialName();

    [GeneratedRegex(@"\$\{[A-Za-z_][A-Za-z0-9_]*(?::-([^}]*))?\}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Substitution();

    [GeneratedRegex(@"[A-Za-z0-9+/=_]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Run();

    [GeneratedRegex(@"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Guid();
}
