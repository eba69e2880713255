namespace RsolvDeploy.TestData;

/// <summary>The options of the test data: it sends what the target configures.</summary>
internal sealed record TestDataOptions;
