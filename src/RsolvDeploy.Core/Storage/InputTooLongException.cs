using System.Globalization;

namespace RsolvDeploy.Storage;

/// <summary>The other side sends more than is accepted, or has no end.</summary>
/// <param name="limit">What is accepted, in bytes or characters.</param>
internal sealed class InputTooLongException(long limit)
    : IOException(string.Create(CultureInfo.InvariantCulture, $"more than {limit / 1024:N0} KiB came, and the rest was not read"));
