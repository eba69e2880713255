using System.Formats.Tar;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>A file, folder or link of a build context or an image. <see cref="Path"/> has no leading slash.</summary>
internal sealed record ImageFile(string Path, TarEntryType Kind, byte[] Content)
{
    public UnixFileMode Mode { get; init; } = DefaultMode;

    public DateTimeOffset Modified { get; init; } = DateTimeOffset.UnixEpoch;

    public int Uid { get; init; }

    public int Gid { get; init; }

    public string LinkTarget { get; init; } = "";

    private const UnixFileMode DefaultMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The fingerprint for the build cache: everything but the time.</summary>
    public string Fingerprint => $"{Path}\n{Kind}\n{(int)Mode}\n{Uid}:{Gid}\n{LinkTarget}\n{Digest.Compute(Content)}";
}
