using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings of how a service is asked: credential, headers, TLS.</summary>
internal static class AccessSchema
{
    /// <summary>Headers that carry credentials or describe the message are set otherwise.</summary>
    private static readonly TextFormat Header = new(
        "header name", "the name of an HTTP header that is no credential (those come from 'credential')",
        "^(?!([Aa]uthorization|[Pp]roxy-[Aa]uthorization|[Cc]ookie|[Hh]ost|[Cc]onnection|[Cc]ontent-.*|[Tt]ransfer-[Ee]ncoding)$)"
            + "[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        "X-Scope-OrgID");

    private static readonly ObjectSchema Variables = new(
        Key("token", For(F.EnvironmentVariable), "The variable that holds a token."),
        Key("username", For(F.EnvironmentVariable), "The variable that holds the user's name; needs password."),
        Key("password", For(F.EnvironmentVariable), "The variable that holds the password; needs username."),
        Key("clientCertificate", For(F.EnvironmentVariable), "The variable that holds a client certificate in PEM; needs clientKey."),
        Key("clientKey", For(F.EnvironmentVariable), "The variable that holds its private key in PEM."),
        Key("certificateAuthority", For(F.EnvironmentVariable), "The variable that holds the authorities to trust, in PEM."))
    {
        Atomic = true,
        AtLeastOne = ["token", "password", "clientCertificate", "certificateAuthority"],
        AtMostOne = [["token", "password"]],
        Together = [["username", "password"], ["clientCertificate", "clientKey"]],
    };

    private static readonly ObjectSchema Credential = new(
        Key("secret", For(F.SecretName), "The Secret that holds it."),
        Key("env", Variables, "The environment variables that hold it, instead of a Secret."),
        Key("username", For(F.SecretKey), "The key of the user's name; needs password."),
        Key("password", For(F.SecretKey), "The key of the password; needs username."),
        Key("token", For(F.SecretKey), "The key of a token, such as that of a service account."),
        Key("clientCertificate", For(F.SecretKey), "The key of a client certificate in PEM, such as tls.crt; needs clientKey."),
        Key("clientKey", For(F.SecretKey), "The key of its private key in PEM, such as tls.key."),
        Key("certificateAuthority", For(F.SecretKey), "The key of the authorities to trust in PEM, such as ca.crt."))
    {
        Atomic = true,
        ExactlyOne = ["secret", "env"],
        AtLeastOne = ["env", "password", "token", "clientCertificate", "certificateAuthority"],
        AtMostOne =
        [
            ["password", "token", "env"], ["username", "env"], ["clientCertificate", "env"], ["certificateAuthority", "env"],
        ],
        Together = [["username", "password"], ["clientCertificate", "clientKey"]],
    };

    /// <summary>The keys of an endpoint of the platform.</summary>
    public static readonly KeySchema[] Platform =
    [
        Key("credential", Credential, "Where its credential lies; never the credential itself. It is sent over TLS only."),
        Key("headers", new MapSchema(Header, Text), "Headers of every request, such as X-Scope-OrgID; never a credential."),
    ];

    /// <summary>The keys of a service that is reached by its address or through the cluster.</summary>
    public static readonly KeySchema[] Service =
    [
        Key("url", For(F.Url), "Its address."),
        Key("service", For(F.Service), "Its service in the cluster, reached through the API server."),
        Key("tls", new BooleanSchema(), "Whether the service uses TLS, with a certificate for <name>.<namespace>.svc.") with
        {
            Default = "false",
        },
        .. Platform,
    ];

    /// <summary>The keys of which one leads to a service.</summary>
    public static readonly string[] Ways = ["url", "service"];

    /// <summary>The settings that were read.</summary>
    public static ServiceAccessSettings Read(Settings section) => new()
    {
        Credential = section.Inner("credential") is { } credential ? ReadCredential(credential) : null,
        Headers = section.Map<string>("headers"),
        UsesTls = section.Value<bool>("tls") ?? false,
    };

    private static CredentialReference ReadCredential(Settings credential)
    {
        var keys = credential.Inner("env") ?? credential;
        return new CredentialReference(credential.TextOr("secret", ""), keys.TextOr("username", ""), keys.TextOr("password", ""))
        {
            IsEnvironment = keys != credential,
            Token = keys.Text("token"),
            ClientCertificate = keys.Text("clientCertificate"),
            ClientKey = keys.Text("clientKey"),
            CertificateAuthority = keys.Text("certificateAuthority"),
        };
    }
}
