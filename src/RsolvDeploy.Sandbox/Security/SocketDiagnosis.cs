using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RsolvDeploy.Sandbox.Security;

/// <summary>
/// Asks the kernel for the user of one TCP socket (Linux: <c>sock_diag(7)</c>). The kernel finds it by its ends, where a reader of
/// <c>/proc/net/tcp</c> walks through every socket of the machine.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class SocketDiagnosis
{
    // From linux/netlink.h, linux/sock_diag.h and linux/inet_diag.h.
    private const int NetlinkFamily = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int DiagnosisProtocol = 4;
    private const ushort ByFamily = 20;
    private const ushort Request = 1;
    private const int HeaderSize = 16;
    private const int RequestSize = HeaderSize + 56;
    private const int UserAt = HeaderSize + 64;

    private const byte Established = 1;

    /// <summary>The user who owns an established connection; null when the kernel does not say.</summary>
    /// <param name="local">The owner's end.</param>
    /// <param name="remote">The other end.</param>
    public static uint? User(IPEndPoint local, IPEndPoint remote)
    {
        using var handle = new SafeSocketHandle(Open(NetlinkFamily, RawCloseOnExec, DiagnosisProtocol), ownsHandle: true);
        if (handle.IsInvalid) return null;
        var answer = new byte[1024];
        int length;
        try
        {
            using var kernel = new Socket(handle);
            kernel.Send(Question(local, remote));
            length = kernel.Receive(answer);
        }
        catch (SocketException)
        {
            return null; // a sandbox of its own (seccomp, gVisor) has the socket, and no answer
        }

        return length >= UserAt + sizeof(uint) && Word(4) == ByFamily && answer[HeaderSize + 1] == Established
            ? BitConverter.ToUInt32(answer, UserAt)
            : null;

        ushort Word(int at) => BitConverter.ToUInt16(answer, at);
    }

    private static byte[] Question(IPEndPoint local, IPEndPoint remote)
    {
        var (from, to) = (Plain(local.Address), Plain(remote.Address));
        var question = new byte[RequestSize];
        BitConverter.TryWriteBytes(question, RequestSize);
        BitConverter.TryWriteBytes(question.AsSpan(4), ByFamily);
        BitConverter.TryWriteBytes(question.AsSpan(6), Request);
        question[HeaderSize] = from.AddressFamily == AddressFamily.InterNetwork ? (byte)2 : (byte)10;
        question[HeaderSize + 1] = (byte)ProtocolType.Tcp;
        BitConverter.TryWriteBytes(question.AsSpan(HeaderSize + 4), uint.MaxValue); // any state
        var ends = question.AsSpan(HeaderSize + 8);
        BinaryPrimitives.WriteUInt16BigEndian(ends, (ushort)local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ends[2..], (ushort)remote.Port);
        from.TryWriteBytes(ends[4..20], out _);
        to.TryWriteBytes(ends[20..36], out _);
        ends[40..48].Fill(byte.MaxValue); // no cookie
        return question;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(int family, int type, int protocol);
}
