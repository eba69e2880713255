using System.Security.Cryptography;

namespace RsolvDeploy.Backups.Cms;

/// <summary>An encrypted content, and the key that proves what it holds to whoever just made it.</summary>
/// <param name="Der">The CMS message.</param>
/// <param name="ContentKey">The key of this one content; zeroed when disposed.</param>
internal sealed record SealedContent(byte[] Der, byte[] ContentKey) : IDisposable
{
    public void Dispose() => CryptographicOperations.ZeroMemory(ContentKey);
}
