using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Images.Planning;

/// <summary>A tag with the placeholders <c>{utc:format}</c>, <c>{phase}</c> and <c>{gitsha}</c>.</summary>
internal sealed partial class TagTemplate(string template)
{
    /// <summary>The role of its tags.</summary>
    public ImageTagRole Role =>
        template.Contains("{utc:", StringComparison.Ordinal)
            || template.Contains("{gitsha}", StringComparison.Ordinal) ? ImageTagRole.Timestamp
        : NeedsPhase ? ImageTagRole.Phase
        : ImageTagRole.Latest;

    /// <summary>Whether it names the phase.</summary>
    public bool NeedsPhase => template.Contains("{phase}", StringComparison.Ordinal);

    /// <summary>The tag.</summary>
    public ImageTag Fill(DateTimeOffset timestamp, string? phase, string sourceFolder)
    {
        string name = PlaceholderPattern().Replace(template, match => match.Groups["key"].Value switch
        {
            "utc" when match.Groups["format"].Success =>
                timestamp.UtcDateTime.ToString(match.Groups["format"].Value, CultureInfo.InvariantCulture),
            "phase" when !match.Groups["format"].Success => phase ?? "",
            "gitsha" when !match.Groups["format"].Success => GitHead.Read(sourceFolder)[..12],
            _ => throw Invalid($"the placeholder {match.Value} is unknown"),
        });
        return ImageReference.IsTag(name) ? new ImageTag(name, Role) : throw Invalid($"'{name}' is no valid tag");
    }

    private DeployException Invalid(string why) => new(
        "ImageTagInvalid",
        FaultCategory.InvalidArgument,
        $"The tag template '{template}' cannot be used: {why}.",
        "A tag has at most 128 letters, digits, '_', '.' or '-', and starts with a letter, digit or '_'; "
        + "the placeholders are {utc:format}, {phase} and {gitsha}.")
    { Subject = template };

    [GeneratedRegex(@"\{(?<key>[^{}:]*)(:(?<format>[^{}]+))?\}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PlaceholderPattern();
}
