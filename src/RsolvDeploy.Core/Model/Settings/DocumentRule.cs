namespace RsolvDeploy;

/// <summary>
/// What a value of a JSON document has to be. Exactly one of <see cref="Is"/>, <see cref="Not"/>, <see cref="Below"/> and
/// <see cref="Above"/> is set. Every value that the path finds has to meet it, and it has to find one.
/// </summary>
/// <param name="Id">The name of the rule, as evidence shows it.</param>
/// <param name="Json">JSON path into the document, for example <c>$.checks[?@.name == 'redis'].status</c>.</param>
public sealed record DocumentRule(string Id, string Json)
{
    /// <summary>The required text, number or boolean, as text.</summary>
    public string? Is { get; init; }

    /// <summary>The text, number or boolean that it must not be, as text.</summary>
    public string? Not { get; init; }

    /// <summary>The number that it has to be less than.</summary>
    public double? Below { get; init; }

    /// <summary>The number that it has to be more than.</summary>
    public double? Above { get; init; }
}
