using System.Reflection;

namespace RsolvDeploy.Core.Tests.Objects;

/// <summary>Results behave in a shell as any object does: a list has an indexer, and a result in a string is one short sentence.</summary>
public class OrdinaryObjectTests
{
    public static TheoryData<Type, string> Lists
    {
        get
        {
            var rows = new TheoryData<Type, string>();
            foreach (var type in typeof(Rollout).Assembly
                .GetExportedTypes()
                .Where(type => type is { IsAbstract: false, IsInterface: false }))
            {
                foreach (var property in type.GetProperties().Where(IsList).Where(property => property.SetMethod is not null))
                    rows.Add(type, property.Name);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_of_a_result_is_an_array_whatever_it_was_made_from(Type type, string name)
    {
        var property = type.GetProperty(name)!;
        var element = property.PropertyType.GetGenericArguments()[0];
        // The compiler's own read-only list has no public indexer: PowerShell's $result.Checks[0] would give the whole list.
        var made = typeof(OrdinaryObjectTests)
            .GetMethod(nameof(Made), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(element);
        var result = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        property.SetValue(result, made.Invoke(null, null));
        Assert.True(property.GetValue(result)!.GetType().IsArray, $"{type.Name}.{name} is a {property.GetValue(result)!.GetType()}");
    }

    [Fact]
    public void A_result_in_a_string_is_one_short_sentence()
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "rsolv.yaml",
            Namespace = "ns",
            Deployment = "app",
            Environment = "production",
        };
        var rollout = new Rollout(target, "run", StepStatus.Failed, [])
        {
            Image = "app@sha256:ab",
            Diagnosis = new Diagnosis("CrashLoop", "It ends."),
        };
        Assert.Equal("Update of production: Failed, CrashLoop", $"{rollout}");
    }

    [Fact]
    public void The_checks_of_a_trigger_and_of_an_open_run_have_an_indexer_too()
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "rsolv.yaml",
            Namespace = "ns",
            Deployment = "app",
            Environment = "production",
        };
        Assert.IsType<Check[]>(new FiredTrigger(target, "run", "trigger.health", DateTimeOffset.UnixEpoch, "503").Checks);
        Assert.IsType<Check[]>(new Run(target, "run").Checks);
    }

    private static IReadOnlyList<T> Made<T>() => [.. Enumerable.Repeat(default(T)!, 2)];

    private static bool IsList(PropertyInfo property) =>
        property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
}
