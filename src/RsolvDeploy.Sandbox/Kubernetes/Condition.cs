namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A condition as a controller wants it in a status; its times follow from the condition before.</summary>
internal sealed record Condition(string Type, bool Status, string Reason = "", string Message = "");
