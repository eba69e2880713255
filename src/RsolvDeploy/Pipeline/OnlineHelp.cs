namespace RsolvDeploy.Pipeline;

/// <summary>Where the commands are described: what <c>Get-Help -Online</c> opens.</summary>
internal static class OnlineHelp
{
    public const string Address = "https://github.com/RSOLV-dev/RsolvDeploy#cmdlets";
}
