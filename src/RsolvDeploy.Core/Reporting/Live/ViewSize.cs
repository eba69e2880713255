namespace RsolvDeploy.Reporting.Live;

/// <summary>How much room the live view has.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Lines of the terminal; PowerShell gives a third of them to progress.</param>
internal sealed record ViewSize(int Width, int Height)
{
    /// <summary>Where the host does not know its size.</summary>
    public static readonly ViewSize Default = new(80, 24);

    /// <summary>How many lines of progress PowerShell shows.</summary>
    public int Lines => Math.Max(5, Height / 3);
}
