namespace RsolvDeploy.Health.Exposition;

/// <summary>What was read of an exposition.</summary>
/// <param name="Families">The families, in the order of their first line.</param>
/// <param name="Samples">How many samples were read.</param>
/// <param name="Errors">The first errors; all of them are counted in <paramref name="ErrorCount"/>.</param>
/// <param name="ErrorCount">How many lines are not exposition text.</param>
/// <param name="Bytes">How many bytes were read.</param>
internal sealed record ExpositionDocument(
    IReadOnlyList<ExpositionFamily> Families, long Samples, IReadOnlyList<ExpositionError> Errors, long ErrorCount, long Bytes)
{
    public bool IsValid => ErrorCount == 0;
}
