using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>Reads the settings of the smoke test.</summary>
internal static class SmokeReader
{
    public static SmokeSettings Read(Settings? smoke)
    {
        var fallback = new SmokeSettings();
        if (smoke is null) return fallback;
        var (memory, cpu) = (smoke.Inner("memory"), smoke.Inner("cpu"));
        return new SmokeSettings
        {
            Website = smoke.TextOr("website", fallback.Website),
            Api = smoke.TextOr("api", fallback.Api),
            Database = [.. smoke.Items("database").Select(HealthReader.Rule)],
            Services = [.. smoke.Items("services").Select(HealthReader.Rule)],
            Settle = smoke.Value<TimeSpan>("settle") ?? fallback.Settle,
            Window = smoke.Value<TimeSpan>("window") ?? fallback.Window,
            Memory = new SmokeMemorySettings
            {
                Query = memory?.Text("query"),
                MaxGrowth = memory?.Value<double>("maxGrowth") ?? fallback.Memory.MaxGrowth,
                OfLimit = memory?.Value<double>("ofLimit") ?? fallback.Memory.OfLimit,
            },
            Cpu = new SmokeCpuSettings
            {
                Query = cpu?.Text("query"),
                Spike = cpu?.Value<double>("spike") ?? fallback.Cpu.Spike,
            },
        };
    }
}
