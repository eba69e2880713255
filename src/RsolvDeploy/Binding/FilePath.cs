using RsolvDeploy.Errors;

namespace RsolvDeploy.Binding;

/// <summary>The errors of paths that are not paths of files.</summary>
internal static class FilePath
{
    /// <summary>The error of a path of another provider.</summary>
    public static DeployException OtherProvider(string path, string provider) => new(
        "PathNotInFileSystem",
        FaultCategory.InvalidArgument,
        $"'{path}' is a path of the provider {provider}; only paths of the file system can be used.",
        "Specify a file or a folder.")
    { Subject = path };

    /// <summary>The error of a path whose drive or provider does not exist.</summary>
    public static DeployException Unknown(string path, Exception cause) => new(
        "PathNotFound", FaultCategory.ObjectNotFound, $"'{path}' cannot be resolved: {cause.Message}", "Specify a file or a folder.", cause)
    { Subject = path };

    /// <summary>The error of a path with wildcards that match nothing.</summary>
    public static DeployException NoMatch(string path, string id, Exception? cause = null) => new(
        id, FaultCategory.ObjectNotFound, $"No file matches '{path}'.", "Get-ChildItem lists the files of a folder.", cause)
    { Subject = path };
}
