using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Exec;

/// <summary>What the error channel reports of a program's end: a <c>Status</c> object.</summary>
/// <param name="ExitCode">The program's exit code; null when it never ran, or its end is not known.</param>
/// <param name="Message">The server's message; empty when it succeeded.</param>
internal sealed record ExecStatus(int? ExitCode, string Message)
{
    public static ExecStatus Parse(ReadOnlySpan<byte> text)
    {
        JsonObject? status;
        try
        {
            status = StrictJson.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            status = null; // an old server writes its refusal as plain text
        }

        if (status is null) return new ExecStatus(null, System.Text.Encoding.UTF8.GetString(text).Trim());
        if (status["status"].Text() == "Success") return new ExecStatus(0, "");
        var message = status["message"].Text() ?? "the server gives no reason";
        var code = status["reason"].Text() != "NonZeroExitCode" ? null : (status.At("details", "causes") as JsonArray ?? [])
            .FirstOrDefault(cause => cause.At("reason").Text() == "ExitCode").At("message").Text();
        return new ExecStatus(int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var exit) ? exit : null, message);
    }
}
