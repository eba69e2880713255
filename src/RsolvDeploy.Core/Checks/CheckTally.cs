namespace RsolvDeploy.Checks;

/// <summary>The measurements of one check, and what they decide together.</summary>
/// <param name="settings">How many decide, and how many may fail.</param>
internal sealed class CheckTally(VerificationSettings settings)
{
    private readonly List<Check> _measured = [];
    private int _successesInARow;
    private int _errorsInARow;
    private CheckResult? _decided;

    /// <summary>Whether no further measurement changes the result.</summary>
    public bool IsDecided => _decided is not null;

    /// <summary>Whether the last measurement was an error that is tried again.</summary>
    public bool IsRetried => _errorsInARow > 0 && !IsDecided;

    /// <summary>Adds a measurement; one after the decision changes nothing.</summary>
    public void Add(Check check)
    {
        if (IsDecided) return;
        _measured.Add(check);
        bool isError = check.Result == CheckResult.Unmeasured;
        _errorsInARow = isError ? _errorsInARow + 1 : 0;
        _successesInARow = IsSuccess(check.Result) ? _successesInARow + 1 : 0;
        _decided = isError
            ? check.MayRecover && _errorsInARow <= settings.ConsecutiveErrorLimit ? null : CheckResult.Unmeasured
            : Decide(check.Result);
    }

    /// <summary>The check with the result of all measurements; a single one is the check itself.</summary>
    public Check ToCheck()
    {
        Check last = _measured[^1];
        if (_measured.Count == 1) return last;
        Check shown = _measured.FindLast(check => check.Result == _decided) ?? last;
        return shown with
        {
            Evidence = $"{Counts()}; last: {shown.Evidence}",
            Result = _decided ?? last.Result,
            Status = new CheckOutcome(_decided ?? last.Result, "").Status,
            Started = _measured[0].Started,
            Duration = last.Started + last.Duration - _measured[0].Started,
        };
    }

    private CheckResult? Decide(CheckResult result)
    {
        if (Count(CheckResult.NotMet) > settings.FailureLimit) return CheckResult.NotMet;
        if (Count(CheckResult.Inconclusive) > settings.InconclusiveLimit) return CheckResult.Inconclusive;
        bool needsRow = settings.ConsecutiveSuccessLimit > 0;
        if (needsRow && _successesInARow >= settings.ConsecutiveSuccessLimit) return result;
        if (_measured.Count(check => check.Result != CheckResult.Unmeasured) < settings.Count) return null;
        return _measured.FindLast(check => IsSuccess(check.Result)) is not { } success ? result
            : needsRow ? CheckResult.Inconclusive
            : success.Result;
    }

    private string Counts()
    {
        int errors = Count(CheckResult.Unmeasured);
        int all = _measured.Count - errors;
        int failed = Count(CheckResult.NotMet);
        int empty = Count(CheckResult.Inconclusive);
        return $"{_measured.Count(check => IsSuccess(check.Result))} of {all} measurements passed"
            + (failed > 0 ? $", {failed} failed (limit {settings.FailureLimit})" : "")
            + (empty > 0 ? $", {empty} without data (limit {settings.InconclusiveLimit})" : "")
            + (errors > 0 ? $", {errors} without a response" : "");
    }

    private int Count(CheckResult result) => _measured.Count(check => check.Result == result);

    private static bool IsSuccess(CheckResult result) =>
        result is CheckResult.Met or CheckResult.MetWithWarning or CheckResult.NotMetBefore;
}
