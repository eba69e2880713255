using System.Globalization;
using System.Security.Cryptography;

namespace RsolvDeploy.Runs;

/// <summary>Creates the id of a run: <c>yyyyMMdd-HHmmss-xxxxxx</c>, sortable by its UTC time and unique by six random hex digits.</summary>
internal static class RunId
{
    public static string New(DateTimeOffset now) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
}
