using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings of announcements.</summary>
internal static class AnnounceSchema
{
    private static readonly KeySchema[] Value =
    [
        Key("env", For(F.EnvironmentVariable), "The environment variable that holds it."),
        Key("secret", new ObjectSchema(
            Key("name", For(F.KubernetesName), "The Secret in the target's namespace.") with { Required = true },
            Key("key", For(F.SecretKey), "The key in it.") with { Required = true })
        { Atomic = true }, "The Secret that holds it."),
    ];

    private static readonly ObjectSchema SecretValue = new(Value) { Atomic = true, ExactlyOne = ["env", "secret"] };

    private static readonly TextFormat WebhookEvents = new(
        "cloudevents or cdevents", "cloudevents or cdevents", "^(cloudevents|cdevents)$", "cdevents");

    private static readonly ObjectSchema Webhook = new(
    [
        .. Value,
        Key("signature", SecretValue, "Where the key is that signs each request (HMAC-SHA256)."),
        Key("events", For(WebhookEvents), "An event of our own for each announcement, or CDEvents of run and service.") with
        {
            Default = "cloudevents",
        },
    ])
    {
        Atomic = true,
        ExactlyOne = ["env", "secret"],
    };

    private static readonly ObjectSchema Email = new(
        Key("server", For(F.HostAndPort), "The SMTP server, host or host:port; the port is 587 when it is not given.") with
        {
            Required = true,
        },
        Key("from", For(F.EmailAddress), "The sender.") with { Required = true },
        Key("to", new ListSchema(For(F.EmailAddress), Least: 1), "The recipients.") with { Required = true },
        Key("security", For(F.MailSecurity), "How the connection is encrypted; none only on loopback.") with { Default = "starttls" },
        Key("username", Text, "The user name, where the server asks for a login."),
        Key("password", SecretValue, "Where the password is."));

    public static readonly ObjectSchema Settings = new(
        Key("before", new BooleanSchema(), "Whether before the deployment.") with { Default = "false" },
        Key("after", new BooleanSchema(), "Whether after it.") with { Default = "false" },
        Key("slack", SecretValue, "Where the address of an incoming webhook of Slack is."),
        Key("teams", SecretValue, "Where the address of a workflow webhook of Microsoft Teams is."),
        Key("webhook", Webhook, "Where the address of any other webhook is; it gets a CloudEvent with a member text."),
        Key("email", Email, "E-mail."),
        Key("folder", For(F.Path), "A folder that gets each announcement as a text file."),
        Key("templates", For(F.Path), "A folder with templates that replace those of the module (docs/announcements.md)."));

    /// <summary>The settings that were read.</summary>
    public static AnnounceSettings Read(Settings announce) =>
        new(announce.Value<bool>("before") ?? false, announce.Value<bool>("after") ?? false)
        {
            Slack = ReadValue(announce.Inner("slack")),
            Teams = ReadValue(announce.Inner("teams")),
            Webhook = announce.Inner("webhook") is { } webhook && ReadValue(webhook) is { } address
                ? new WebhookSettings(address, ReadValue(webhook.Inner("signature"))) { Events = webhook.TextOr("events", "cloudevents") }
                : null,
            Email = announce.Inner("email") is { } email
                ? new EmailSettings(email.NeededText("server"), email.NeededText("from"), email.Texts("to"))
                {
                    Security = email.TextOr("security", "starttls"),
                    Username = email.Text("username"),
                    Password = ReadValue(email.Inner("password")),
                }
                : null,
            Folder = announce.Text("folder"),
            Templates = announce.Text("templates"),
        };

    private static SecretValueReference? ReadValue(Settings? value) => value is null ? null : new SecretValueReference
    {
        EnvironmentVariable = value.Text("env"),
        SecretKey = value.Inner("secret") is { } secret
            ? new SecretKeyReference(secret.NeededText("name"), secret.NeededText("key"))
            : null,
    };
}
