using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Services;

/// <summary>Reads the credential of a service from its Secret or from environment variables. The redactor knows it from then on.</summary>
/// <param name="cluster">Connects to the cluster that holds the Secret; null when there is none.</param>
/// <param name="ns">The namespace of a Secret that is named without one.</param>
/// <param name="redactor">Learns the values.</param>
internal sealed class CredentialReader(Func<ClusterClient>? cluster, string ns, Redactor redactor)
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The section of the configuration, for messages.</param>
    /// <param name="reference">Where it lies.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>CredentialNotFound</c>, <c>CredentialInvalid</c>, or an error of the API server.</exception>
    public async Task<ServiceCredential> ReadAsync(string section, CredentialReference reference, CancellationToken ct)
    {
        Func<string, string> value = reference.IsEnvironment ? Variable : await OpenSecretAsync(section, reference.Secret, ct);
        var authorization = reference.Token is { } token ? ServiceCredential.Bearer(value(token))
            : reference.Password.Length > 0 ? ServiceCredential.Basic(value(reference.Username), value(reference.Password))
            : null;
        redactor.Add(authorization?.Parameter);
        try
        {
            return new ServiceCredential(
                authorization,
                reference is { ClientCertificate: { } certificate, ClientKey: { } key }
                    ? ClientCertificate.Read(value(certificate), value(key))
                    : null,
                reference.CertificateAuthority is { } authority ? ServiceCredential.ReadAuthorities(value(authority)) : null);
        }
        catch (CryptographicException fault)
        {
            throw new DeployException(
                "CredentialInvalid",
                FaultCategory.InvalidData,
                $"The certificates of {section}.credential ({reference}) cannot be used: {fault.Message.TrimEnd('.')}.",
                "Correct the certificate, its key or the authority; all of them are PEM.")
            { Subject = reference.ToString() };
        }
    }

    private string Variable(string name)
    {
        var value = Environment.GetEnvironmentVariable(name)?.Trim();
        if (value is not { Length: > 0 }) throw NotFound($"The environment variable {name} is not set.", "Set it", name);
        redactor.Add(value);
        return value;
    }

    private async Task<Func<string, string>> OpenSecretAsync(string section, string reference, CancellationToken ct)
    {
        var parts = reference.Split('/', 2);
        var (place, name) = parts.Length == 2 ? (parts[0], parts[1]) : (ns, parts[0]);
        var subject = $"{place}/{name}";
        if (cluster is null)
        {
            throw NotFound(
                $"The Secret {subject} of {section}.credential cannot be read: there is no connection to the cluster.",
                "Check the kubeconfig and the context of the target", subject);
        }

        var secret = await cluster().FindAsync(ResourceKind.Secrets, place, name, ct)
            ?? throw NotFound($"The Secret {subject} does not exist.", "Create it", subject);

        // White space around it comes from 'echo' and is never part of a credential.
        return key => Decode(secret.At("data", key)) is { Length: > 0 } value
            ? value
            : throw NotFound($"The Secret {subject} has no value for the key {key}.", "Create it", subject);
    }

    private static string? Decode(JsonNode? value)
    {
        if (value.Text() is not { } encoded) return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Trim() : null;
    }

    private static DeployException NotFound(string message, string remedy, string subject) =>
        new("CredentialNotFound", FaultCategory.ObjectNotFound, message, $"{remedy}, or correct the credential of the target.")
        {
            Subject = subject,
        };
}
