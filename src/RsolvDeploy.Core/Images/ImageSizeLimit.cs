using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;

namespace RsolvDeploy.Images;

/// <summary>Holds an image's size against its limit.</summary>
/// <param name="checks">Where the box is ticked.</param>
/// <param name="limit">The largest size allowed, in bytes; null for none.</param>
internal sealed class ImageSizeLimit(PublishChecks checks, long? limit)
{
    private const string Remedy = "Make the image smaller (a multi-stage build, .dockerignore, a smaller base), or raise image.maxSize.";

    /// <summary>Ticks the box <c>image.size</c>; throws <c>ImageTooLarge</c>.</summary>
    /// <param name="name">The image.</param>
    /// <param name="size">What is held against the limit, in bytes.</param>
    /// <param name="shown">The same in words.</param>
    /// <param name="pushed">In words, what of it is in the registry already.</param>
    /// <param name="largest">Finds its biggest layers, in words.</param>
    public async Task CheckAsync(string name, long size, string shown, string pushed, Func<Task<string>> largest)
    {
        if (limit is not { } most)
        {
            checks.Pass("image.size", $"{shown}; no limit is configured", null, ByteSize.Format(size));
            return;
        }

        if (size <= most)
        {
            checks.Pass("image.size", $"{shown} of {ByteSize.Format(most)}", ByteSize.Format(most), ByteSize.Format(size));
            return;
        }

        string layers = await largest();
        checks.Fail("image.size", $"{shown} is above {ByteSize.Format(most)}; {pushed}{layers}", ByteSize.Format(most), ByteSize.Format(size), Remedy);
        throw new DeployException(
            "ImageTooLarge",
            FaultCategory.LimitsExceeded,
            $"The image {name} has {shown}; the limit is {ByteSize.Format(most)}. {char.ToUpperInvariant(pushed[0])}{pushed[1..]}{layers}.",
            Remedy)
        { Subject = name };
    }

    /// <summary>The biggest of some layers, in words that go on a sentence; empty for none.</summary>
    public static string Largest(IEnumerable<(long Size, string Origin)> layers)
    {
        List<string> largest = [.. layers.Where(layer => layer.Size > 0).OrderByDescending(layer => layer.Size).Take(3).Select(layer => $"{ByteSize.Format(layer.Size)} by '{Short(layer.Origin)}'")];
        return largest.Count == 0 ? "" : $"; its biggest layers: {string.Join(", ", largest)}";
    }

    private static string Short(string origin) => origin.Length > 60 ? origin[..60] + "…" : origin;
}
