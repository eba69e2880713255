using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Registry;

/// <summary>The errors of requests to one repository.</summary>
/// <param name="repository">The repository.</param>
internal sealed class RegistryFaults(ImageReference repository)
{
    /// <summary>The repository may not be read.</summary>
    /// <param name="login">What was presented.</param>
    /// <param name="answer">What the registry answered; empty when it is not known.</param>
    public DeployException Unauthorized(RegistryLogin? login, string answer) => WithLogin(login, new(
        "RegistryUnauthorized",
        FaultCategory.AuthenticationError,
        $"The registry {repository.Host} does not let {login?.Credential?.ToString() ?? "this user"} "
            + $"read {repository.Repository}{After(answer)}.",
        $"Log in with 'docker login {repository.Host}' as a user who may read and push there.")
    { Subject = repository.Repository });

    /// <summary>The repository may not be written.</summary>
    /// <param name="login">What was presented.</param>
    /// <param name="answer">What the registry answered.</param>
    public DeployException PushDenied(RegistryLogin? login, string answer) => WithLogin(login, new(
        "RegistryPushDenied",
        FaultCategory.PermissionDenied,
        $"The registry {repository.Host} does not let this user push to {repository.Repository}{After(answer)}.",
        $"Log in with 'docker login {repository.Host}' as a user who may push there (on GHCR: a token with write:packages).")
    { Subject = repository.Repository });

    /// <summary>The registry, or what it refers to, does not work.</summary>
    public DeployException Unreachable(string why, Exception? inner = null) => new(
        "RegistryUnreachable",
        FaultCategory.ConnectionError,
        $"The registry {repository.Host} cannot be used: {why}.",
        "Check its address in image.repository, and that it runs and can be reached from here; then try again.",
        inner)
    { Subject = repository.Host };

    /// <summary>Whether the registry requires a credential that was not presented, or not accepted.</summary>
    public static bool IsOfLogin(DeployException error) =>
        error.Id is "RegistryUnauthorized" or "CredentialHelperFailed" or "DockerConfigInvalid";

    /// <summary>The reason of a failed request, for people.</summary>
    public static string Reason(Exception error) =>
        error is OperationCanceledException ? "it did not respond in time" : error.GetBaseException().Message.TrimEnd('.');

    // A credential that could not be read is the reason why none was presented.
    private static DeployException WithLogin(RegistryLogin? login, DeployException error) =>
        login is { Credential: null, Fault: { } fault }
            ? new DeployException(fault.Id, fault.Category, $"{error.Message} {fault.Message}", fault.Remedy, fault)
            {
                Subject = fault.Subject,
            }
            : error;

    private static string After(string answer) => answer.Length == 0 ? "" : $": {answer}";
}
