using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Errors;
using Sodium;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A sealed box of libsodium (<c>crypto_box_seal</c>), in which GitHub takes secrets.</summary>
internal static class SealedBox
{
    private const int KeySize = 32;

    /// <summary>Seals a text for the holder of a private key.</summary>
    /// <param name="value">The text, as UTF-8.</param>
    /// <param name="publicKey">The public key, in base64.</param>
    /// <returns>The box, in base64.</returns>
    /// <exception cref="DeployException"><c>GitHubKeyInvalid</c>, <c>SealingUnavailable</c>.</exception>
    public static string Seal(string value, string publicKey)
    {
        var key = new byte[KeySize + 1];
        if (!Convert.TryFromBase64String(publicKey, key, out var length) || length != KeySize) throw Invalid();
        var plain = Encoding.UTF8.GetBytes(value);
        try
        {
            return Convert.ToBase64String(SealedPublicKeyBox.Create(plain, key[..KeySize]));
        }
        catch (CryptographicException)
        {
            // A key of low order gives everybody the same shared secret: libsodium refuses it.
            throw Invalid();
        }
        catch (Exception e) when (IsLoadFailure(e))
        {
            throw Unavailable(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    // Sodium.Core wraps what the loader says.
    private static bool IsLoadFailure(Exception? e) =>
        e is not null
            && (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException || IsLoadFailure(e.InnerException));

    private static DeployException Invalid() => new(
        "GitHubKeyInvalid",
        FaultCategory.InvalidData,
        "The public key of the repository is not a key for sealed boxes, so that the secret was not sent.",
        "Try again. If it happens again, check that 'apiUrl' under 'github' is the address of the GitHub API.");

    private static DeployException Unavailable(Exception e) => new(
        "SealingUnavailable",
        FaultCategory.ResourceUnavailable,
        $"The library libsodium, which seals secrets for GitHub, could not be loaded on {RuntimeInformation.RuntimeIdentifier}, "
            + "so that the secret was not sent.",
        "Install the module again: module/bin/runtimes has the library for Windows, Linux and macOS on x64 and arm64. Install libsodium "
            + "on another platform, or set the secret by 'gh secret set' and remove 'secret' under 'github'.",
        e);
}
