using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The state of a sidecar that ends again and again.</summary>
/// <param name="Restarts">How often it was restarted.</param>
/// <param name="HasEnded">Whether it waits for its restart.</param>
/// <param name="Since">Since when.</param>
internal sealed record SidecarRun(int Restarts, bool HasEnded, DateTimeOffset Since)
{
    /// <summary>The next state; the same one while its time is not over.</summary>
    public SidecarRun Next(DateTimeOffset now, SandboxOptions options)
    {
        var wait = !HasEnded ? options.StartDelay * 5 : Restarts == 0 ? options.StartDelay : options.BackOff;
        if (now - Since < wait) return this;
        return HasEnded ? new SidecarRun(Restarts + 1, false, now) : this with { HasEnded = true, Since = now };
    }

    /// <summary>Writes its state into the status of its container.</summary>
    public void Write(JsonNode status)
    {
        var ended = new JsonObject
        {
            ["terminated"] = new JsonObject { ["exitCode"] = 1, ["reason"] = "Error", ["finishedAt"] = Json.Stamp(Since) },
        };
        (status["restartCount"], status["ready"], status["started"]) = (Restarts, !HasEnded, !HasEnded);
        status["lastState"] = Restarts > 0 ? ended.DeepClone() : new JsonObject();
        status["state"] = HasEnded ? ended : new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Json.Stamp(Since) } };
    }
}
