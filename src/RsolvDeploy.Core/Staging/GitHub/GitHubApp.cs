using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>Requests the token of the installation of a GitHub App in a repository. It is valid for an hour.</summary>
/// <param name="app">The App.</param>
/// <param name="settings">The settings of the repository.</param>
/// <param name="options">What is used of this machine.</param>
internal sealed class GitHubApp(GitHubAppSettings app, GitHubSettings settings, GitHubConnectionOptions options)
{
    private const int LargestKey = 64 * 1024;

    // GitHub accepts at most ten minutes, and clocks that are late.
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(9);

    /// <summary>Requests it.</summary>
    /// <exception cref="DeployException"><c>GitHubTokenMissing</c>, <c>GitHubAppKeyInvalid</c>, or an error of GitHub.</exception>
    public async Task<GitHubToken> RequestTokenAsync(CancellationToken ct)
    {
        using var key = LoadKey();
        var proof = new GitHubToken(CreateProof(key), $"the key of the GitHub App {app.Id}");
        using var github = GitHubConnection.Connect(settings, proof, options, ct);
        var installation = await github.Client.GitHubApps.GetRepositoryInstallationForCurrent(github.Owner, github.Name);
        var made = await github.Client.GitHubApps.CreateInstallationToken(installation.Id);
        return new GitHubToken(made.Token, $"the installation of the GitHub App {app.Id}");
    }

    // A JSON Web Token, signed with RS256.
    private string CreateProof(RSA key)
    {
        var now = options.Clock.GetUtcNow();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" };
        var claims = new JsonObject
        {
            ["iat"] = (now - Before).ToUnixTimeSeconds(),
            ["exp"] = (now + After).ToUnixTimeSeconds(),
            ["iss"] = app.Id,
        };
        var content = $"{Encode(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Encode(signature)}";
    }

    private static string Encode(byte[] content) => Convert.ToBase64String(content).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private RSA LoadKey()
    {
        if (Environment.GetEnvironmentVariable(app.KeyEnvironmentVariable) is not { Length: > 0 } value)
        {
            throw new DeployException("GitHubTokenMissing", FaultCategory.AuthenticationError,
                $"There is no private key for the GitHub App {app.Id}: {app.KeyEnvironmentVariable} is not set.",
                $"Set {app.KeyEnvironmentVariable} to the private key in PEM, or to the path of its file.")
            { Subject = app.Id };
        }

        var key = RSA.Create();
        try
        {
            key.ImportFromPem(value.Contains("-----BEGIN", StringComparison.Ordinal) ? value : ReadFile(value.Trim()));
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException || StorageFaults.IsOne(e))
        {
            key.Dispose();
            throw new DeployException("GitHubAppKeyInvalid", FaultCategory.InvalidData,
                $"The private key of the GitHub App {app.Id} in {app.KeyEnvironmentVariable} cannot be read: {e.Message}",
                "Download a new private key in the settings of the App, and set the variable to it.")
            { Subject = app.KeyEnvironmentVariable };
        }
    }

    private static string ReadFile(string path)
    {
        var content = RegularFile.ReadAll(path, LargestKey, out var problem);
        return problem.Length == 0 ? Encoding.ASCII.GetString(content) : throw new CryptographicException($"The file {problem}.");
    }
}
