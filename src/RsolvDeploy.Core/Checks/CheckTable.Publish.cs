namespace RsolvDeploy.Checks;

/// <content>Build and push.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition ImagePromoted =
        ForPublish("image.promoted", "The promoted image was validated where it runs") with { IsConditional = true };
    public static readonly CheckDefinition ImageAttested =
        ForPublish("image.attested", "The published image has the attestation that promotion.require demands") with
        {
            IsConditional = true,
        };
    public static readonly CheckDefinition ImageBuilt = ForPublish("image.built", "The image builds");
    public static readonly CheckDefinition ImageTagTimestamp =
        ForPublish("image.tag.timestamp", "The image has the tag of its UTC timestamp");
    public static readonly CheckDefinition ImageTagPhase = ForPublish("image.tag.phase", "The image has the tag of its phase");
    public static readonly CheckDefinition ImageTagLatest = ForPublish("image.tag.latest", "The image has the latest tag");
    public static readonly CheckDefinition ImageSize = ForPublish("image.size", "The image is below its size limit") with
    {
        Unit = "bytes",
    };
    public static readonly CheckDefinition ImagePushed = ForPublish("image.pushed", "Every tag is pushed") with { Unit = "tags" };
    public static readonly CheckDefinition ImageVisible =
        ForPublish("image.visible", "The registry serves every tag with the pushed digest") with { Unit = "digest" };
    public static readonly CheckDefinition ImageManifest =
        ForPublish("image.manifest", "Media type and platforms are the expected ones") with { Unit = "platform" };

    private static CheckDefinition[] Publish =>
    [
        ImagePromoted, ImageAttested, ImageBuilt, ImageTagTimestamp, ImageTagPhase, ImageTagLatest, ImageSize, ImagePushed, ImageVisible,
        ImageManifest,
    ];

    private static CheckDefinition ForPublish(string id, string title) =>
        new(id, "Publish", title, CheckSeverity.Required, "2. Build and push") { Step = StepKind.Publish };
}
