namespace RsolvDeploy.Redaction;

/// <summary>Removes the values of build arguments from the engine's output: somebody may have put a secret there after all.</summary>
internal sealed class SecretValues(IEnumerable<string> values)
{
    /// <summary>Shorter values are in every text by chance, and no secrets.</summary>
    private const int ShortestValue = 4;

    private readonly string[] _values = [.. values.Where(v => v.Length >= ShortestValue).Distinct().OrderByDescending(v => v.Length)];

    public string Apply(string text)
    {
        foreach (string value in _values) text = text.Replace(value, "***", StringComparison.Ordinal);
        return text;
    }
}
