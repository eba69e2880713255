using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;

namespace RsolvDeploy.Images;

/// <summary>Compares an image's size with its limit.</summary>
/// <param name="checks">Where the check is added.</param>
/// <param name="limit">The largest size allowed, in bytes; null for none.</param>
internal sealed class ImageSizeLimit(PublishChecks checks, long? limit)
{
    private const string Remedy = "Make the image smaller (a multi-stage build, .dockerignore, a smaller base), or raise image.maxSize.";

    /// <summary>Makes the check <c>image.size</c>; throws <c>ImageTooLarge</c>.</summary>
    /// <param name="name">The image.</param>
    /// <param name="size">The size, in bytes.</param>
    /// <param name="shown">The size, for people.</param>
    /// <param name="pushed">What of it is in the registry already, for people.</param>
    /// <param name="largest">Finds its largest layers, for people.</param>
    public async Task CheckAsync(string name, long size, string shown, string pushed, Func<Task<string>> largest)
    {
        if (limit is not { } most)
        {
            checks.Add(CheckTable.ImageSize, CheckOutcome.Met($"{shown}; no limit is configured").Compared(null, size));
            return;
        }

        if (size <= most)
        {
            checks.Add(CheckTable.ImageSize, CheckOutcome.Met($"{shown} of {ByteSize.Format(most)}").Compared(most, size));
            return;
        }

        string layers = await largest();
        checks.Add(
            CheckTable.ImageSize,
            CheckOutcome.NotMet($"{shown} is above {ByteSize.Format(most)}; {pushed}{layers}", Remedy).Compared(most, size));
        throw new DeployException(
            "ImageTooLarge",
            FaultCategory.LimitsExceeded,
            $"The image {name} has {shown}; the limit is {ByteSize.Format(most)}. {char.ToUpperInvariant(pushed[0])}{pushed[1..]}{layers}.",
            Remedy)
        { Subject = name };
    }

    /// <summary>The largest of some layers, as the end of a sentence; empty for none.</summary>
    public static string Largest(IEnumerable<(long Size, string Origin)> layers)
    {
        List<string> largest = [.. layers
            .Where(layer => layer.Size > 0)
            .OrderByDescending(layer => layer.Size)
            .Take(3)
            .Select(layer => $"{ByteSize.Format(layer.Size)} by '{Short(layer.Origin)}'")];
        return largest.Count == 0 ? "" : $"; its biggest layers: {string.Join(", ", largest)}";
    }

    private static string Short(string origin) => origin.Length > 60 ? origin[..60] + "…" : origin;
}
