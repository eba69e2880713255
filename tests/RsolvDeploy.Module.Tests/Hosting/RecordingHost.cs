using System.Globalization;
using System.Management.Automation.Host;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>A host that records what it shows and answers questions from a list.</summary>
internal sealed class RecordingHost : PSHost
{
    public RecordingInterface Interface { get; } = new();

    public int? ExitCode { get; private set; }

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "Recording";

    public override Version Version => new(1, 0);

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override PSHostUserInterface UI => Interface;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
        // Nothing to save.
    }

    public override void NotifyEndApplication()
    {
        // Nothing to restore.
    }
}
