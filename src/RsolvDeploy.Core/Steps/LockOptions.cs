namespace RsolvDeploy.Steps;

/// <summary>How a step acquires the lock of its deployment.</summary>
/// <param name="WaitFor">How long to wait for another run; zero not to wait.</param>
/// <param name="Break">Whether to take the lock from another run, after a separate confirmation. Not repeated
/// when a run is resumed.</param>
internal readonly record struct LockOptions(TimeSpan WaitFor, [property: System.Text.Json.Serialization.JsonIgnore] bool Break);
