using System.Globalization;

namespace RsolvDeploy.Images.Build;

/// <summary>Formats a size for people, in the decimal units of registries and engines.</summary>
internal static class ByteSize
{
    /// <summary>Formats a number of bytes.</summary>
    public static string Format(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
    };
}
