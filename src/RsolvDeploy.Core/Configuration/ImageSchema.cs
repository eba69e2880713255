using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings under <c>image</c>.</summary>
internal static class ImageSchema
{
    private static readonly ObjectSchema BuildSecret = new(
        Key("id", For(F.Name), "The id that RUN --mount=type=secret names.") with { Required = true },
        Key("env", For(F.EnvironmentVariable), "The environment variable that holds it."),
        Key("file", For(F.Path), "The file that holds it."),
        Key("secret", new ObjectSchema(
            Key("name", For(F.KubernetesName), "The Secret, in the target's namespace.") with { Required = true },
            Key("key", For(F.SecretKey), "The key in it.") with { Required = true })
        { Atomic = true }, "The Kubernetes Secret that holds it."))
    { Atomic = true, ExactlyOne = ["env", "file", "secret"] };

    private static readonly ObjectSchema Attestations = new(
        Key("sbom", new BooleanSchema(), "Whether the software in the image is listed; true when a generator is named.") with
        {
            Default = "false",
        },
        Key(
            "generator",
            For(F.ImageName),
            "The image that lists it, where BuildKit's own (docker/buildkit-syft-scanner) cannot be pulled or another is wanted."),
        Key("provenance", For(F.Provenance), "How much the provenance holds; none when it is not given."));

    public static readonly ObjectSchema Image = new(
        Key("repository", For(F.ImageRepository), "Registry host and repository of the image.") with { Required = true },
        Key("context", For(F.Path), "The build context's folder."),
        Key(
            "contexts",
            new MapSchema(F.Name, For(F.BuildContext)),
            "Additional contexts by the name that COPY --from and FROM use, by docker buildx."),
        Key("dockerfile", For(F.DockerfilePath), "The Dockerfile, relative to the context; it may be outside of it.") with
        {
            Default = "Dockerfile",
        },
        Key("maxSize", new SizeSchema(), "The largest unpacked size allowed."),
        Key("platforms", new ListSchema(For(F.Platform)), "The platforms the image has to offer; several are built by docker buildx."),
        Key("builder", For(F.DockerHost), "The Docker Engine; the default one when it is not given."),
        Key(
            "args",
            new MapSchema(F.EnvironmentVariable, new AnyScalarSchema()),
            "Build arguments. They stay in the image's history, so never a secret."),
        Key("target", Text, "The build stage to stop at; the last when it is not given."),
        Key(
            "buildx",
            For(F.Name),
            "The builder instance of docker buildx; its current one when it is not given. Several platforms, attestations and cacheTo need "
                + "one with another driver than docker (docker buildx create)."),
        Key("cacheFrom", new ListSchema(For(F.ImageName)), "Images whose build cache is used, by docker buildx."),
        Key("cacheTo", new ListSchema(For(F.ImageName)), "Images that the build cache is written to, by docker buildx."),
        Key(
            "secrets",
            new ObjectListSchema(BuildSecret, "id"),
            "Secrets for steps of the build, by docker buildx. They are in no layer and no argument."),
        Key("attestations", Attestations, "What docker buildx attests of the build."));
}
