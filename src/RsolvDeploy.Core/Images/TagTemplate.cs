using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images;

/// <summary>A tag with <c>{utc:format}</c>, <c>{phase}</c> and <c>{gitsha}</c> to fill in.</summary>
internal sealed partial class TagTemplate(string template)
{
    public ImageTagRole Role =>
        template.Contains("{utc:", StringComparison.Ordinal) || template.Contains("{gitsha}", StringComparison.Ordinal) ? ImageTagRole.Timestamp
        : NeedsPhase ? ImageTagRole.Phase
        : ImageTagRole.Latest;

    public bool NeedsPhase => template.Contains("{phase}", StringComparison.Ordinal);

    public ImageTag Fill(DateTimeOffset instant, string? phase, string sourceFolder)
    {
        string name = PlaceholderPattern().Replace(template, match => match.Groups["key"].Value switch
        {
            "utc" when match.Groups["format"].Success => instant.UtcDateTime.ToString(match.Groups["format"].Value, CultureInfo.InvariantCulture),
            "phase" when !match.Groups["format"].Success => phase ?? "",
            "gitsha" when !match.Groups["format"].Success => GitHead.Read(sourceFolder)[..12],
            _ => throw Invalid($"it does not know the placeholder {match.Value}"),
        });
        return ImageReference.IsTag(name) ? new ImageTag(name, Role) : throw Invalid($"it gives '{name}', which no registry takes as a tag");
    }

    private DeployException Invalid(string why) => new(
        "ImageTagInvalid",
        FaultCategory.InvalidArgument,
        $"The tag template '{template}' cannot be used: {why}.",
        "A tag has at most 128 letters, digits, '_', '.' or '-', and begins with a letter, digit or '_'; "
        + "the placeholders are {utc:format}, {phase} and {gitsha}.")
    { Subject = template };

    [GeneratedRegex(@"\{(?<key>[^{}:]*)(:(?<format>[^{}]+))?\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlaceholderPattern();
}
