using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Programs;

/// <summary>A program that runs in a pod.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Output">Where it writes.</param>
/// <param name="Errors">Where it complains.</param>
internal sealed record ProgramRun(JsonObject Pod, string[] Command, Stream Input, Stream Output, Stream Errors)
{
    public string[] Arguments => Command[1..];

    public ValueTask SayAsync(string line, CancellationToken ct) => Output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct);

    /// <summary>Complains and ends with 1.</summary>
    public async Task<int?> FailAsync(string line, CancellationToken ct)
    {
        await Errors.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct);
        return 1;
    }
}
