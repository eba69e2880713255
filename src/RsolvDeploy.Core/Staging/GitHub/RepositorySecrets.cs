using Octokit;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>Sets secrets of the repository.</summary>
internal sealed class RepositorySecrets(GitHubConnection github)
{
    /// <summary>When a secret was last set; null when it is not there. Its value cannot be read.</summary>
    public async Task<DateTimeOffset?> FindAsync(string name)
    {
        try
        {
            var found = await github.Client.Repository.Actions.Secrets.Get(github.Owner, github.Name, name);
            return found.UpdatedAt ?? found.CreatedAt;
        }
        catch (GitHubFault e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Seals a value with the repository's public key and sets it.</summary>
    /// <returns>The id of the key.</returns>
    public async Task<string> SetAsync(string name, string value)
    {
        var key = await github.Client.Repository.Actions.Secrets.GetPublicKey(github.Owner, github.Name);
        var secret = new UpsertRepositorySecret { EncryptedValue = SealedBox.Seal(value, key.Key), KeyId = key.KeyId };
        await github.Client.Repository.Actions.Secrets.CreateOrUpdate(github.Owner, github.Name, name, secret);
        return key.KeyId;
    }
}
