using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Planning;

/// <summary>A Dockerfile that was given as a text, as <c>docker build --file -</c> reads it from its standard input.</summary>
/// <param name="Content">The text, with line feeds.</param>
internal sealed record DockerfileText(string Content)
{
    /// <summary>How people know it.</summary>
    public const string Name = "the Dockerfile of -DockerfileContent";

    /// <summary>The digest of its UTF-8 bytes, <c>sha256:…</c>.</summary>
    public string Digest => $"sha256:{Sha256Text.Of(Content)}";

    /// <summary>Joins lines, or takes a whole text as it is.</summary>
    /// <param name="lines">The lines; null for none.</param>
    public static DockerfileText? FromLines(IReadOnlyList<string>? lines) => lines switch
    {
        null => null,
        [var text] when text.Contains('\n', StringComparison.Ordinal) => new DockerfileText(text),
        _ => new DockerfileText($"{string.Join('\n', lines)}\n"),
    };
}
