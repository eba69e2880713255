namespace RsolvDeploy.Images.Build;

/// <summary>An entry of a folder.</summary>
/// <param name="Name">Its name, as bytes.</param>
/// <param name="Type">What it is.</param>
internal sealed record RawEntry(byte[] Name, RawEntryType Type);
