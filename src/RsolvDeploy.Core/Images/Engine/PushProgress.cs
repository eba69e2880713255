using System.Globalization;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Engine;

/// <summary>Reports the progress of each layer of a push, and keeps the error of the stream.</summary>
internal sealed partial class PushProgress(string activity, IReporter reporter) : IProgress<JSONMessage>
{
    private readonly Dictionary<string, LayerState> _layers = [];

    /// <summary>The error that the engine reported; null for none.</summary>
    public string? Error { get; private set; }

    /// <summary>The digest of the manifest that the engine sent; null when it reported none.</summary>
    public string? Digest { get; private set; }

    /// <summary>Called with each message.</summary>
    public Action Heard { get; init; } = static () => { };

    public void Report(JSONMessage value)
    {
        Heard();
        if (DigestPattern().Match(value.Status ?? "") is { Success: true } found) Digest = found.Groups[1].Value;
        if (value.Error?.Message is { Length: > 0 } error) Error ??= error;
        if (string.IsNullOrEmpty(value.ID) || string.IsNullOrEmpty(value.Status)) return;
        bool done = value.Status is "Pushed" or "Layer already exists" || value.Status.StartsWith("Mounted from", StringComparison.Ordinal);
        _layers.TryGetValue(value.ID, out LayerState? before);
        _layers[value.ID] = new LayerState(
            done, value.Progress?.Current ?? before?.Current ?? 0, value.Progress?.Total ?? before?.Total ?? 0);
        if (done && before?.Done != true) reporter.Verbose($"{activity}: layer {value.ID}: {value.Status}");
        Show($"layer {value.ID}: {value.Status}");
    }

    public void Complete() => reporter.Progress(new ProgressUpdate(activity, "Ended", 100, Completed: true));

    private void Show(string status)
    {
        int done = _layers.Values.Count(layer => layer.Done);
        string counted = string.Create(CultureInfo.InvariantCulture, $"{done} of {_layers.Count} layers; {status}");
        reporter.Progress(new ProgressUpdate(activity, counted, (int)(_layers.Values.Sum(layer => layer.Part) * 100 / _layers.Count)));
    }

    // "production-latest: digest: sha256:… size: 528" is the last line of a push.
    [GeneratedRegex("digest: (sha256:[0-9a-f]{64})", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DigestPattern();

    private sealed record LayerState(bool Done, long Current, long Total)
    {
        public double Part => Done ? 1 : Total > 0 ? Math.Min(1, (double)Current / Total) : 0;
    }
}
