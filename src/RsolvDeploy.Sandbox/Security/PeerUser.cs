using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace RsolvDeploy.Sandbox.Security;

/// <summary>
/// Admits connections of the sandbox's own user, and of root, who can do anything here. Real engines and Prometheus servers have no
/// credential of their own, so that the kernel is asked who connects (Linux: <c>sock_diag</c>, or <c>/proc/net/tcp</c> where a
/// container may not ask).
/// </summary>
internal static class PeerUser
{
    private const uint Root = 0;

    // Columns of /proc/net/tcp: its own address, the other one, the state, and the user.
    private const int Local = 1;
    private const int Remote = 2;
    private const int State = 3;
    private const int User = 7;

    // A socket that is being closed has no user any more.
    private const string Established = "01";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Refuses connections of other users.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="admits">Whether a peer is admitted.</param>
    public static void Require(ListenOptions listen, Func<IPEndPoint, IPEndPoint, bool> admits) => listen.Use(next => async connection =>
    {
        if (connection is { RemoteEndPoint: IPEndPoint peer, LocalEndPoint: IPEndPoint own } && !admits(peer, own))
        {
            connection.Abort(new ConnectionAbortedException("The peer is another user."));
            return;
        }

        await next(connection);
    });

    /// <summary>Whether the peer is the user of this process, or root; everybody where the system does not say.</summary>
    /// <param name="peer">The peer's end of the connection.</param>
    /// <param name="own">The end of this process.</param>
    public static bool IsOwn(IPEndPoint peer, IPEndPoint own) =>
        !OperatingSystem.IsLinux()
        || ((SocketDiagnosis.User(peer, own) ?? Find(peer, own)) is { } user && IsAdmitted(user, EffectiveUser()));

    /// <summary>Whether a user is admitted by another one.</summary>
    public static bool IsAdmitted(uint user, uint owner) => user == owner || user == Root;

    /// <summary>The user who opened the connection; null when there is no such connection any more.</summary>
    public static uint? Find(IPEndPoint peer, IPEndPoint own)
    {
        var ends = (Port(peer), Port(own));
        foreach (var table in Tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Where(line => line.Contains(ends.Item1, StringComparison.Ordinal)))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > User
                    && (columns[Local], columns[Remote]) is var (local, remote)
                    && IsLoopback(local) && local.EndsWith(ends.Item1, StringComparison.Ordinal)
                    && IsLoopback(remote) && remote.EndsWith(ends.Item2, StringComparison.Ordinal)
                    && columns[State] == Established)
                {
                    return uint.Parse(columns[User], CultureInfo.InvariantCulture);
                }
            }
        }

        return null;
    }

    // The address is in hexadecimal, in the order of this machine's bytes; of IPv4 in IPv6 it is the end.
    private static bool IsLoopback(string end) => end.Split(':')[0].EndsWith(
        BitConverter.IsLittleEndian ? "0100007F" : "7F000001", StringComparison.Ordinal);

    private static string Port(IPEndPoint end) => string.Create(CultureInfo.InvariantCulture, $":{end.Port:X4}");

    private static uint EffectiveUser() => uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2],
        CultureInfo.InvariantCulture);
}
