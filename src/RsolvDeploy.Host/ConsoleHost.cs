using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace RsolvDeploy.Host;

/// <summary>A PowerShell host on this console.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleInterface _interface = new();

    /// <summary>The exit code of <c>exit</c>; null until it is called.</summary>
    public int? ExitCode { get; private set; }

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "RsolvDeploy.Host";

    public override Version Version => Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => _interface;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() =>
        throw new NotSupportedException("This host has no nested prompts: answer the question, or press Ctrl+C.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This host has no nested prompts.");

    public override void NotifyBeginApplication()
    {
        // Programs share this console, so nothing has to be saved.
    }

    public override void NotifyEndApplication()
    {
        // See NotifyBeginApplication.
    }
}
