using RsolvDeploy.Errors;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Images.Planning;

/// <summary>Plans a publish; it reads files alone.</summary>
internal static class PublishPlanner
{
    private static readonly string[] ChecklistTags =
    [
        "{environment}-{utc:yyyyMMdd-HHmmss}",
        "{environment}-{phase}",
        "{environment}-latest",
    ];

    /// <summary>Plans it.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="phase">The phase of the project; null leaves out the tags that name it.</param>
    /// <param name="now">The timestamp of all tags.</param>
    /// <param name="dockerfile">The Dockerfile as a text; null for the configured file.</param>
    public static ImagePlan Plan(Target target, string? phase, DateTimeOffset now, DockerfileText? dockerfile = null)
    {
        ImageSettings image = target.Image ?? throw NotConfigured(target);
        string context = FindContext(target, image);
        return new ImagePlan(
            target,
            RepositoryOf(image),
            context,
            dockerfile is null ? FindDockerfile(context, image.Dockerfile) : DockerfileText.Name,
            Tags(target, phase, now, context),
            now.ToUniversalTime())
        {
            DockerfileText = dockerfile,
            Platform = image.Platforms.Count == 1 ? image.Platforms[0] : null,
            BuildTarget = image.BuildTarget,
            BuildArguments = [.. image.Args.Keys.Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Plans the tags of an image that exists; nothing is built.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="phase">The phase of the project; null leaves out the tags that name it.</param>
    /// <param name="now">The timestamp of all tags.</param>
    public static ImagePlan PlanPromotion(Target target, string? phase, DateTimeOffset now)
    {
        ImageSettings image = target.Image ?? throw NotConfigured(target);
        string context = image.Context ?? target.Source?.Path ?? "";
        return new ImagePlan(target, RepositoryOf(image), context, "", Tags(target, phase, now, context), now.ToUniversalTime());
    }

    private static DeployException NotConfigured(Target target) => new(
        "ImageNotConfigured",
        FaultCategory.InvalidOperation,
        $"The target {target.Name} has no image to build.",
        "Set 'image' with 'repository' and 'context' of the target in rsolv.yaml.")
    { Subject = target.ConfigurationPath };

    private static string RepositoryOf(ImageSettings image)
    {
        var reference = ImageReference.Parse(image.Repository);
        if (reference.Tag is null && reference.Digest is null) return image.Repository;
        throw new DeployException(
            "ImageReferenceInvalid",
            FaultCategory.InvalidArgument,
            $"image.repository is '{image.Repository}', which names one image of a repository.",
            $"Set it to the repository alone: {reference.Repository}.")
        { Subject = image.Repository };
    }

    private static string FindContext(Target target, ImageSettings image)
    {
        string? context = image.Context ?? target.Source?.Path;
        if (context is not null && Directory.Exists(context)) return Path.GetFullPath(context);
        throw new DeployException(
            "BuildContextNotFound",
            FaultCategory.ObjectNotFound,
            context is null ? $"The target {target.Name} has no build context." : $"The build context {context} does not exist.",
            "Set 'image.context' in rsolv.yaml to the folder with the sources.")
        { Subject = context ?? target.ConfigurationPath };
    }

    private static string FindDockerfile(string context, string dockerfile)
    {
        string path = Path.GetFullPath(Path.Combine(context, dockerfile));
        if (File.Exists(path))
        {
            string relative = Path.GetRelativePath(context, path).Replace(Path.DirectorySeparatorChar, '/');
            return relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative;
        }

        throw new DeployException(
            "DockerfileNotFound",
            FaultCategory.ObjectNotFound,
            $"There is no Dockerfile {path}.",
            dockerfile == "-"
                ? "A Dockerfile that is no file is given by -DockerfileContent; set 'image.dockerfile' in rsolv.yaml to a path."
                : "Set 'image.dockerfile' in rsolv.yaml to its path, relative to 'image.context'.")
        { Subject = path };
    }

    private static List<ImageTag> Tags(Target target, string? phase, DateTimeOffset now, string context)
    {
        IEnumerable<string> templates = target.Tags.Count > 0
            ? target.Tags
            : ChecklistTags.Select(t => t.Replace("{environment}", target.Environment, StringComparison.Ordinal));
        List<ImageTag> tags = [.. templates.Select(text => new TagTemplate(text))
            .Where(template => !template.NeedsPhase || !string.IsNullOrEmpty(phase))
            .Select(template => template.Fill(now, phase, context))
            .DistinctBy(tag => tag.Name)];
        if (tags.Count > 0) return tags;
        throw new DeployException(
            "ImageTagInvalid",
            FaultCategory.InvalidArgument,
            $"Every tag of the target {target.Name} names the phase, but no phase is specified.",
            "Specify -Phase, or a tag template without {phase}.")
        { Subject = target.ConfigurationPath };
    }
}
