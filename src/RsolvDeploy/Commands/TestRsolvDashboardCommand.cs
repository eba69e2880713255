using System.Management.Automation;
using RsolvDeploy.Dashboards;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Verifies the Grafana dashboard of a target by running the queries of every panel.</summary>
/// <remarks>
/// The dashboard may be saved in the classic or in the v2 schema. Its variables are resolved as Grafana does when the dashboard is opened;
/// the variable of the environment has the environment of the target. Rows, tabs, repeated panels and library panels are included. Behind
/// a step that changed the pods the queries run over the time since it began, otherwise over the range of the dashboard. Panels is the
/// list of all panels with their queries: Data, NoData, Error or NoQuery. A query that fails makes the verdict Failed; panels without data
/// do not. Grafana in the cluster is reached through the API server. The command only reads.
/// </remarks>
/// <example>
/// <code>Test-RsolvDashboard production | Select-Object -ExpandProperty Panels</code>
/// <para>Runs the dashboard of production, and shows what each panel returns.</para>
/// </example>
/// <example>
/// <code>Test-RsolvDashboard production -Credential (Get-Credential Bearer)</code>
/// <para>Asks for the token of a service account, and reads the dashboard with it.</para>
/// </example>
/// <example>
/// <code>Test-RsolvDashboard production -Dashboard 'https://grafana.example.org/d/k8s-pods/pods?var-namespace=rsolv-production'</code>
/// <para>Runs another dashboard by its link. The link selects the value of a variable.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvDashboard", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(DashboardVerification))]
public sealed class TestRsolvDashboardCommand : StepCmdlet
{
    /// <summary>Specifies another dashboard than the configured one: its uid, or its link with the selected values and range.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Dashboard { get; set; }

    /// <summary>Specifies the credential for Grafana. Its password is a token when its user name is
    /// Bearer. It replaces the configured one, goes over TLS only, and is
    /// not recorded.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override StepInvocation Invocation =>
        StepInvocation.Create(new DashboardStep(), new DashboardOptions(Dashboard) { Credential = Credential?.GetNetworkCredential() });
}
