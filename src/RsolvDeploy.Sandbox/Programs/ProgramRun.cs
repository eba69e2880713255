using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Programs;

/// <summary>A program that runs in a pod.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Input">Its standard input.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record ProgramRun(JsonObject Pod, string[] Command, Stream Input, Stream Output, Stream Errors)
{
    public string[] Arguments => Command[1..];

    public ValueTask PrintAsync(string line, CancellationToken ct) => Output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct);

    /// <summary>Prints an error and returns exit code 1.</summary>
    public async Task<int?> FailAsync(string line, CancellationToken ct)
    {
        await Errors.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct);
        return 1;
    }
}
