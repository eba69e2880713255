using System.Text.Json.Nodes;

namespace RsolvDeploy.Runs;

/// <summary>A release as the seal of its history lists it.</summary>
/// <param name="Image">Its image.</param>
/// <param name="At">When it was deployed, UTC.</param>
/// <param name="Hash">SHA-256 of its entry with the signature, lower-case hex.</param>
internal sealed record SealedRelease(string Image, DateTimeOffset At, string Hash)
{
    /// <summary>For people: the image and the time.</summary>
    public static string Describe(string image, DateTimeOffset at) => $"{image} of {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC";

    /// <summary>The hash of an entry.</summary>
    public static string HashOf(JsonObject entry) => LedgerLine.HashOf(entry.ToJsonString());
}
