using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Rollouts;

/// <summary>What the lines of one log show of the configured patterns, line by line; it keeps none of them.</summary>
/// <param name="settings">The patterns.</param>
internal sealed class StartLog(RolloutSettings settings)
{
    private const string Correct = "Read the pods' logs; correct the release, or the patterns under 'rollout'.";

    private readonly IReadOnlyList<LogPattern> _errors = [.. settings.LogErrors.Select(LogPattern.Create)];
    private readonly LogPattern? _marker = settings.StartMarker is null ? null : LogPattern.Create(settings.StartMarker);
    private string? _error;
    private LogPattern? _undecided;
    private bool _isMarked;
    private bool _isMarkerUndecided;

    /// <summary>Whether no further line changes the outcome: an error pattern was found.</summary>
    public bool IsDecided => _error is not null;

    /// <summary>Whether the start marker may still come.</summary>
    public bool AwaitsMarker => !IsDecided && _marker is not null && !_isMarked && !_isMarkerUndecided;

    /// <summary>Reads one line.</summary>
    public void Read(string line)
    {
        foreach (var pattern in _errors)
        {
            var matches = pattern.Matches(line);
            if (matches == true) _error ??= CredentialDetector.Recognize(line) is { } what ? $"(a line with {what} is left out)" : line;
            if (matches is null) _undecided ??= pattern;
        }

        if (_marker is null || _isMarked) return;
        var marked = _marker.Matches(line);
        _isMarked = marked == true;
        _isMarkerUndecided |= marked is null;
    }

    /// <summary>What the lines so far show.</summary>
    /// <param name="pod">The pod whose log it is.</param>
    public CheckOutcome Judge(string pod)
    {
        if (_error is not null) return CheckOutcome.NotMet($"{pod}: {_error}", Correct);
        if (AwaitsMarker) return CheckOutcome.NotMet($"{pod}: the start marker '{_marker}' is not in its log", Correct);
        return (_undecided ?? (_isMarked ? null : _isMarkerUndecided ? _marker : null)) is { } pattern
            ? CheckOutcome.Warning(
                $"{pod}: the pattern '{pattern}' takes too long for a line of its log",
                "Simplify the pattern under 'rollout', so that it does not backtrack; read the log lines yourself.")
            : CheckOutcome.Met(pod);
    }
}
