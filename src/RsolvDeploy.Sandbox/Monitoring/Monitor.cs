using RsolvDeploy.Sandbox.Alerting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The monitoring of the sandbox: scrapes and evaluates the rules once per interval.</summary>
internal sealed class Monitor : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);

    /// <param name="faults">The active faults.</param>
    /// <param name="metrics">What is scraped.</param>
    /// <param name="environment">The label of its series.</param>
    /// <param name="copy">Gets every sample as well; null for none.</param>
    public Monitor(FaultInjector faults, Uri metrics, string environment, SeriesStore? copy = null)
    {
        Store = new SeriesStore(copy);
        Scraper = new Scraper(Store, faults, metrics, environment);
        Rules = new RuleEvaluator(Store, faults);
    }

    public SeriesStore Store { get; }

    public Scraper Scraper { get; }

    public RuleEvaluator Rules { get; }

    public SilenceStore Silences { get; } = new();

    /// <summary>One scrape and one evaluation, now.</summary>
    public async Task TickAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await Scraper.ScrapeAsync(ct);
            Rules.Evaluate(DateTimeOffset.UtcNow);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            await TickAsync(ct);
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    public void Dispose()
    {
        Scraper.Dispose();
        _turn.Dispose();
    }
}
