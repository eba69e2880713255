using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images;

/// <summary>Reports before a build that a stored credential cannot be read, and whether the registry requires one.</summary>
internal sealed class RegistryAccess(DockerEnvironment environment)
{
    /// <summary>Warns of a credential that cannot be read.</summary>
    /// <exception cref="DeployException"><c>CredentialHelperFailed</c> or <c>DockerConfigInvalid</c>: the registry requires the
    /// credential.</exception>
    public async Task VerifyAsync(string repository, IReporter reporter, CancellationToken ct)
    {
        var reference = ImageReference.Parse(repository);
        var (credential, fault) = await new RegistryCredentials(environment).FindAsync(reference.Host, reference.Path, ct);
        if (fault is null) return;
        reporter.Warning(credential is null
            ? $"{fault.Message} {repository} is pushed without a credential. {fault.Remedy}"
            : $"{fault.Message} {repository} is pushed as {credential}. {fault.Remedy}");
        if (credential is not null) return;
        using var registry = new RegistryClient(reference, environment);
        try
        {
            await registry.TryUploadAsync(ct);
        }
        catch (DeployException e) when (e.Id != fault.Id)
        {
            // Another error is not about the credential; the push reports it.
        }
    }
}
