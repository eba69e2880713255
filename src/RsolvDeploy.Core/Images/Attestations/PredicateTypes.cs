namespace RsolvDeploy.Images.Attestations;

/// <summary>The types of predicates that are written and read.</summary>
internal static class PredicateTypes
{
    /// <summary>The verification with its checks; docs/attestations.md describes it.</summary>
    public const string Verification = "https://github.com/RSOLV-dev/RsolvDeploy/attestations/verification/v1";

    /// <summary>The verification summary of SLSA.</summary>
    public const string Summary = "https://slsa.dev/verification_summary/v1";
}
