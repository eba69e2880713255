namespace RsolvDeploy;

/// <summary>The run that holds the lock of a deployment, as its Lease shows it.</summary>
/// <param name="Holder">The operator, the machine and the run.</param>
/// <param name="Since">When it acquired the lock, UTC, by the clock of its machine.</param>
/// <param name="Renewed">When it last renewed the lock, UTC, by the clock of its machine. A run that died renews it no more.</param>
public sealed record LockHolder(string Holder, DateTimeOffset Since, DateTimeOffset Renewed)
{
    /// <summary>The holder and the time.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Holder} since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}
