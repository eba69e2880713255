using System.Text;

namespace RsolvDeploy.Fuzz;

/// <summary>A parser of what strangers write.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parse">Reads an input whole; what it throws must be an error of the module, or one that its caller turns into one.</param>
/// <param name="Seeds">Valid inputs, from which the others are made.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Parse, IReadOnlyList<byte[]> Seeds)
{
    /// <summary>Words of the format.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What the parser throws beside errors of the module, as its documentation says.</summary>
    public IReadOnlyList<Type> Throws { get; init; } = [];

    /// <summary>How many inputs a short run tries: about two seconds of work.</summary>
    public int ShortRun { get; init; } = 20_000;

    /// <summary>A parser of text.</summary>
    public static FuzzTarget OfText(string name, Action<string> parse, params IReadOnlyList<string> seeds) =>
        new(name, bytes => parse(Encoding.UTF8.GetString(bytes)), [.. seeds.Select(Encoding.UTF8.GetBytes)]);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
