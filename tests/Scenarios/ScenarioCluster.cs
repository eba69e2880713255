namespace RsolvDeploy.Scenarios;

/// <summary>A cluster with a deployment to work on: the sandbox, or a real one.</summary>
/// <param name="Target">The deployment; it runs <paramref name="Good"/> when a scenario begins.</param>
/// <param name="Good">An image by digest that starts and becomes ready.</param>
/// <param name="Better">Another one.</param>
/// <param name="Crashing">An image by digest whose process prints a last line and ends with a code other than 0.</param>
internal sealed record ScenarioCluster(Target Target, string Good, string Better, string Crashing);
