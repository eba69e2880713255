using System.Net;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Configuration;

/// <summary>Where credentials and secrets may be sent: over TLS, to this machine, or where the configuration says so.</summary>
internal static class SafeAddress
{
    /// <summary>Whether an address is on this machine, where nobody else can listen.</summary>
    public static bool IsLoopback(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Whether what is sent there can be read by nobody on the way.</summary>
    public static bool IsPrivate(Uri address) =>
        address.Scheme is "https" or "wss" or "ssh" or "unix" or "npipe" || IsLoopback(address);

    /// <summary>Rejects an address that is used in clear text, unless the target allows its host (<c>insecure</c>).</summary>
    /// <param name="target">The target.</param>
    /// <param name="address">The address.</param>
    /// <param name="what">What is there, as the beginning of a sentence: <c>The API server</c>.</param>
    /// <exception cref="DeployException"><c>AddressInsecure</c>.</exception>
    public static void Require(Target target, Uri address, string what)
    {
        if (IsPrivate(address) || target.Insecure.Any(one => one == address.Host || one == address.Authority)) return;
        throw new DeployException("AddressInsecure", FaultCategory.SecurityError,
            $"{what} at {address.GetLeftPart(UriPartial.Authority)} is used without TLS: anybody on the way can read secrets and change "
                + "answers. Nothing was sent to it.",
            $"Use an address with TLS. If the network is private, list {address.Authority} under 'insecure' of target {target.Name}.")
        { Subject = address.Authority };
    }
}
