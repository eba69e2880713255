using System.Globalization;

namespace RsolvDeploy.Images.Build;

/// <summary>The labels of an image's source (OCI image specification, "Pre-Defined Annotation Keys").</summary>
internal static class ImageLabels
{
    private const string Prefix = "org.opencontainers.image.";

    /// <summary>
    /// The labels of a commit. They have the commit's timestamp, not the build's, so that an unchanged tree builds the same image again.
    /// </summary>
    public static IDictionary<string, string> Create(ImageSource? source)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (source is null) return labels;
        labels[Prefix + "revision"] = source.Uncommitted > 0 ? $"{source.Commit}-dirty" : source.Commit;
        labels[Prefix + "created"] = source.Committed.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (source.Repository is { } repository) labels[Prefix + "source"] = repository;
        if (source.Version is { } version) labels[Prefix + "version"] = version;
        return labels;
    }
}
