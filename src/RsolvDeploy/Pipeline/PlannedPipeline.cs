using System.Management.Automation;
using System.Reflection;
using System.Security;
using System.Text.Json.Nodes;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Pipeline;

/// <summary>The steps of a pipeline with their parameters, gathered while its commands begin, so that a run that dies can be taken up.</summary>
internal sealed class PlannedPipeline
{
    // All commands of a pipeline begin on its thread, one after the other, before the first of them works.
    [ThreadStatic]
    private static PlannedPipeline? _current;

    private readonly JsonArray _steps = [];
    private readonly Dictionary<string, RunLedger> _ledgers = [];
    private readonly Dictionary<string, List<JsonObject>> _before = [];
    private readonly string _folder;
    private int _lastPosition;
    private int _lastStep;
    private int _commands;
    private bool _stopped;

    private PlannedPipeline(string folder) => _folder = folder;

    /// <summary>Adds a command that begins.</summary>
    /// <returns>The pipeline that it belongs to.</returns>
    public static PlannedPipeline Add(PSCmdlet command)
    {
        var position = command.MyInvocation.PipelinePosition;
        if (_current is null || position <= _current._lastPosition) _current = new PlannedPipeline(command.SessionState.Path.CurrentFileSystemLocation.ProviderPath);
        _current._lastPosition = position;
        // A restore and a removal take a backup from the pipeline, not its run: each is a run of its own.
        var pipeline = IsOwnRun(command) ? new PlannedPipeline(_current._folder) : _current;
        pipeline.Add(command, position);
        return pipeline;
    }

    private static bool IsOwnRun(PSCmdlet command) => command is Commands.RestoreRsolvStateCommand or Commands.RemoveRsolvBackupCommand;

    /// <summary>Whether something of it stands in the ledger of a run.</summary>
    public bool Acts(string runId)
    {
        lock (_ledgers) return _ledgers.ContainsKey(runId);
    }

    /// <summary>Writes the plan into the ledger of a run, once. A run that is taken up goes on with the plan it has.</summary>
    public void Write(string runId)
    {
        lock (_ledgers)
        {
            if (_steps.Count == 0 || _ledgers.ContainsKey(runId)) return;
            var ledger = _ledgers[runId] = RunLedger.For(runId);
            if (ledger.IsResumed) return;
            ledger.Append(LedgerEvent.Plan, new JsonObject { ["folder"] = _folder, ["commands"] = _steps.DeepClone() });
            foreach (var result in _before.GetValueOrDefault(runId, [])) ledger.Append(LedgerEvent.Result, result);
        }
    }

    /// <summary>Keeps the result of a step that changed nothing, until a change of its run is recorded, if one is.</summary>
    public void Hold(string runId, JsonObject result)
    {
        lock (_ledgers)
        {
            if (!_before.TryGetValue(runId, out var held)) _before[runId] = held = [];
            held.Add(result);
        }
    }

    /// <summary>A command of it is over; after the last one the runs know that the pipeline has ended, unless the operator stopped it.</summary>
    public void Complete(bool stopped)
    {
        lock (_ledgers)
        {
            _stopped |= stopped;
            if (--_commands > 0) return;
            foreach (var ledger in _ledgers.Values) End(ledger);
            _ledgers.Clear();
        }
    }

    private void End(RunLedger ledger)
    {
        try
        {
            if (!_stopped) ledger.Append(LedgerEvent.Ended, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody is left to tell. A run that does not say that it ended is shown as interrupted, which harms nothing.
        }
        finally
        {
            ledger.Dispose();
        }
    }

    private void Add(PSCmdlet command, int position)
    {
        _commands++;
        if (!IsStep(command)) return;
        var planned = new JsonObject { ["name"] = command.MyInvocation.MyCommand.Name, ["parameters"] = Parameters(command) };
        if (_lastStep > 0 && position != _lastStep + 1) planned["filtered"] = true;
        _lastStep = position;
        _steps.Add((JsonNode)planned);
    }

    private static bool IsStep(PSCmdlet command) => IsOwnRun(command)
        || (command is not Commands.ResumeRsolvDeploymentCommand && command.GetType().GetCustomAttributes<OutputTypeAttribute>()
            .SelectMany(output => output.Type).Any(type => typeof(IStepResult).IsAssignableFrom(type.Type) && type.Type != typeof(Run)));

    private static JsonObject Parameters(PSCmdlet command)
    {
        var recorded = new JsonObject();
        foreach (var (name, value) in command.MyInvocation.BoundParameters)
        {
            // The common ones are the operator's of that moment; the lock is not broken again; the target comes from the run.
            if (command.GetType().GetProperty(name)?.DeclaringType != command.GetType() || name is "BreakLock" or "Target") continue;
            recorded[name] = Recorded(value);
        }

        return recorded;
    }

    private static JsonNode? Recorded(object? value) => value switch
    {
        null or SecureString or PSCredential => null,
        SwitchParameter on => on.IsPresent,
        int number => number,
        long number => number,
        double number => number,
        TimeSpan time => time.ToString("c", System.Globalization.CultureInfo.InvariantCulture),
        string[] texts => new JsonArray([.. texts.Select(text => (JsonNode)text)]),
        string or Enum or DateTimeOffset => value.ToString(),
        _ => null,
    };
}
