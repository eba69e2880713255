using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>
/// The newest change of each history that this machine saw, in the operator's data directory: an older state of a history that is put back
/// is found.
/// </summary>
internal static class HistoryMemory
{
    private const int LongestNumber = 32;
    private const int NameDigits = 32;

    /// <summary>The newest change that was seen; 0 when none was.</summary>
    /// <param name="place">The ConfigMap of the history: its uid, namespace and name.</param>
    public static long Find(string place)
    {
        try
        {
            var content = RegularFile.ReadAll(PathOf(place), LongestNumber, out var problem);
            return problem.Length == 0 && long.TryParse(Encoding.ASCII.GetString(content), CultureInfo.InvariantCulture, out var serial)
                ? serial
                : 0;
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            return 0;
        }
    }

    /// <summary>Records a change, unless a newer one is known. A machine that cannot write it goes on without.</summary>
    /// <param name="place">The ConfigMap of the history: its uid, namespace and name.</param>
    /// <param name="serial">The change.</param>
    public static void Record(string place, long serial)
    {
        if (serial <= Find(place)) return;
        var draft = "";
        try
        {
            var path = PathOf(place);
            PrivateStorage.CreateFolder(Path.GetDirectoryName(path)!);
            draft = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
            PrivateStorage.Write(draft, Encoding.ASCII.GetBytes(serial.ToString(CultureInfo.InvariantCulture)));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            if (draft.Length > 0) File.Delete(draft);
        }
    }

    private static bool IsUnavailable(Exception e) => e is IOException or UnauthorizedAccessException or DeployException;

    private static string PathOf(string place) => Path.Combine(
        UserDataDirectory.For("histories"), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..NameDigits]);
}
