using System.Globalization;
using BenchmarkDotNet.Running;

using RsolvDeploy.Benchmarks;

if (args is ["rollout-end"])
{
    await RolloutBenchmark.RunAsync();
    return 0;
}

if (args is ["rollout-memory"])
{
    await RolloutMemory.RunAsync();
    return 0;
}

if (args is ["rollout-once", var configuration, var pods])
{
    await RolloutMemory.OnceAsync(configuration, int.Parse(pods, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["verification"])
{
    await VerificationBenchmark.RunAsync();
    return 0;
}

if (args is ["backup-memory"])
{
    await BackupMemory.RunAsync();
    return 0;
}

if (args is ["backup-once", var kubeconfig, var ns, var deployment, var folder])
{
    await BackupMemory.OnceAsync(kubeconfig, ns, deployment, folder);
    return 0;
}

if (args is ["side-by-side", .. var wanted]) return await SideBySide.RunAsync(wanted);

BenchmarkSwitcher.FromAssembly(typeof(SideBySide).Assembly).Run(args);
return 0;
