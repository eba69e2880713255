using RsolvDeploy.Errors;

namespace RsolvDeploy.Storage;

/// <summary>
/// What belongs to the operator and not to one backup: a folder in the user's data directory
/// (<c>$XDG_DATA_HOME/rsolvdeploy</c> and its like elsewhere).
/// </summary>
internal static class UserDataDirectory
{
    /// <summary>The path of one by its name; it need not be there.</summary>
    /// <exception cref="DeployException"><c>DataFolderUnknown</c>: the user has no data directory.</exception>
    public static string For(string name)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (data.Length > 0) return Path.Combine(data, "rsolvdeploy", name);
        throw new DeployException("DataFolderUnknown", FaultCategory.ObjectNotFound,
            $"The user's data directory is not known, so that {name} have no place.",
            "Set HOME or XDG_DATA_HOME, or run as a user who has a home.");
    }
}
