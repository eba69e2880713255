using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings under <c>promotion</c>.</summary>
internal static class PromotionSchema
{
    private static readonly ObjectSchema Require = new(
        Key("environment", For(F.KubernetesLabel), "The target where the image has to be verified.") with { Required = true },
        Key(
            "signers",
            new ListSchema(For(F.Path)),
            "Public keys or certificates (PEM) that may sign the attestation; without them, those of 'signers' and your own."),
        Key("maxAge", new DurationSchema(TimeSpan.FromMinutes(1), 3650 * Day), "How old the attestation may be; any age without it."));

    /// <summary>The settings.</summary>
    public static readonly ObjectSchema Settings = new(
        Key(
            "attest",
            new BooleanSchema(),
            "Whether a validation on staging and a sign-off are attested in the registry, signed with your key.") with
        {
            Default = "false",
        },
        Key("require", Require, "The attestation that an image needs before it is published or deployed here."));

    /// <summary>Reads them.</summary>
    public static PromotionSettings Read(Settings promotion) => new()
    {
        Attest = promotion.Value<bool>("attest") ?? false,
        Require = promotion.Inner("require") is { } require
            ? new RequiredAttestation(require.NeededText("environment"))
            {
                Signers = require.Texts("signers"),
                MaxAge = require.Value<TimeSpan>("maxAge"),
            }
            : null,
    };
}
