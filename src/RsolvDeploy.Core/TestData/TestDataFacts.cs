namespace RsolvDeploy.TestData;

/// <summary>What a resumed run needs to know of test data that may have been sent.</summary>
/// <param name="Counters">The counters before it was sent; null when no rise is configured.</param>
internal sealed record TestDataFacts(CounterBaseline? Counters);
