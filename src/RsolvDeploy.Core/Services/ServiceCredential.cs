using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Services;

/// <summary>Reads the credential of a service from its Secret: a token, or the name and password of a user.</summary>
internal static class ServiceCredential
{
    /// <summary>The value of the header <c>Authorization</c>. The cluster's redactor knows it from here on.</summary>
    /// <param name="cluster">The cluster that holds the Secret.</param>
    /// <param name="ns">The namespace of a Secret that is named without one.</param>
    /// <param name="reference">Where the credential lies.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>CredentialNotFound</c>, or an error of the API server.</exception>
    public static async Task<AuthenticationHeaderValue> ReadAsync(
        ClusterClient cluster, string ns, CredentialReference reference, CancellationToken ct)
    {
        string[] parts = reference.Secret.Split('/', 2);
        var (place, name) = parts.Length == 2 ? (parts[0], parts[1]) : (ns, parts[0]);
        var secret = await cluster.FindAsync(ResourceKind.Secrets, place, name, ct)
            ?? throw NotFound($"The Secret {place}/{name} does not exist.", $"{place}/{name}");
        if (reference.Token is { } token) return new AuthenticationHeaderValue("Bearer", Value(token));
        var pair = $"{Value(reference.Username)}:{Value(reference.Password)}";
        cluster.Redactor.Add(pair);
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

        // White space around it comes from 'echo' and is never part of a credential.
        string Value(string key) => Decode(secret.At("data", key)) is { Length: > 0 } value
            ? value
            : throw NotFound($"The Secret {place}/{name} has no value for the key {key}.", $"{place}/{name}");
    }

    private static string? Decode(JsonNode? value)
    {
        if (value.Text() is not { } encoded) return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Trim() : null;
    }

    private static DeployException NotFound(string message, string secret) =>
        new("CredentialNotFound", FaultCategory.ObjectNotFound, message, "Create it, or correct the credential of the target.")
        {
            Subject = secret,
        };
}
