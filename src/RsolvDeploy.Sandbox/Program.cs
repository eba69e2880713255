using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;

// RsolvDeploy.Sandbox [--folder <path>] [--fault <name[:times]>]…
// Prints its addresses as one line of JSON when it serves. Ends with its standard input, so it never outlives its parent.
string? folder = null;
var ordered = new List<(Fault Fault, int Times)>();
for (var index = 0; index < args.Length; index += 2)
{
    var value = args.ElementAtOrDefault(index + 1) ?? "";
    var parts = value.Split(':');
    if (args[index] == "--folder" && value.Length > 0)
    {
        folder = Path.GetFullPath(value);
    }
    else if (args[index] == "--fault" && Enum.TryParse<Fault>(parts[0], ignoreCase: true, out var fault) && Enum.IsDefined(fault))
    {
        ordered.Add((fault, parts.Length > 1 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var times) ? times : 1));
    }
    else
    {
        Console.Error.WriteLine($"'{args[index]} {value}' is not a valid option. Faults: {string.Join(", ", Enum.GetNames<Fault>())}.");
        return 64;
    }
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true; // Ctrl+C is for the session, whose end closes the input
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        stop.Cancel();
    });
await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Folder = folder }, stop.Token);
foreach (var (fault, times) in ordered) sandbox.Faults.Inject(fault, times);
Console.WriteLine(new JsonObject
{
    ["folder"] = sandbox.Folder,
    ["kubeconfig"] = sandbox.KubeconfigPath,
    ["configuration"] = sandbox.ConfigurationPath,
    ["kubernetes"] = sandbox.KubernetesAddress.ToString(),
    ["engine"] = $"tcp://{sandbox.Services.Engine.Authority}",
    ["registry"] = sandbox.Services.RegistryHost,
    ["prometheus"] = sandbox.Services.Prometheus.ToString(),
    ["grafana"] = sandbox.Services.Grafana.ToString(),
    ["gitHub"] = sandbox.Services.GitHub.ToString(),
    ["platform"] = sandbox.Services.PlatformAddress.ToString(),
}.ToJsonString());
var input = Task.Run(() => Console.In.ReadToEnd());
await Task.WhenAny(input, Task.Delay(Timeout.Infinite, stop.Token));
return 0;
