using System.Reflection;
using System.Runtime.CompilerServices;
using RsolvDeploy.Redaction;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Redaction;

/// <summary>No text of an output writes to the terminal, in whichever property of whichever type it stands.</summary>
public class VisibleOutputTests
{
    private const string Hostile = "one\u001b]0;owned\u0007\u001b[2J\u009b31m\rtwo\r\nthree\n\tfour";
    private const string Shown = "one␛]0;owned␇␛[2J\ufffd31m␍two\r\nthree\n\tfour";

    // Configuration and series are acted by; settings are configuration.
    private static readonly Type[] Exact = [typeof(Target), typeof(TargetIdentity), typeof(CounterBaseline)];

    public static TheoryData<string> Types => [.. Records().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_text_of_a_type_is_visible(string name)
    {
        var type = Records().Single(one => one.Name == name);
        var value = RuntimeHelpers.GetUninitializedObject(type);
        var texts = new List<PropertyInfo>();
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
        {
            if (property.PropertyType == typeof(string)) property.SetValue(value, Hostile);
            else if (property.PropertyType == typeof(IReadOnlyList<string>)) property.SetValue(value, new[] { "plain", Hostile });
            else continue;
            texts.Add(property);
        }

        var shown = VisibleOutput.Apply(value);
        Assert.All(texts, text => Assert.Equal(
            text.PropertyType == typeof(string) ? Shown : new[] { "plain", Shown }, text.GetValue(shown)));
        Assert.All(texts, text => Assert.Equal(
            text.PropertyType == typeof(string) ? Hostile : new[] { "plain", Hostile }, text.GetValue(value)));
    }

    [Fact]
    public void What_lies_deeper_is_visible_and_what_needs_no_change_is_the_same_object()
    {
        var target = new TargetIdentity("production", "shop", "web", "rsolv.yaml");
        var measured = new MetricsMeasurement(target, "run", StepStatus.Succeeded, [])
        {
            Alerts = [new AlertMeasurement("Fine", "group", "up"), new AlertMeasurement(Hostile, "group", "up")],
        };
        var shown = Assert.IsType<MetricsMeasurement>(new Redactor().ApplyToOutput(measured));
        Assert.Equal(["Fine", Shown], shown.Alerts.Select(alert => alert.Name));
        Assert.Same(target, shown.Target);

        var release = new Release("web@sha256:1", default) { By = "Zoë", Reason = "a\nb" };
        Assert.Same(release, VisibleOutput.Apply(release));
        Assert.Equal(Hostile, VisibleOutput.Apply(Hostile));
    }

    private static IEnumerable<Type> Records() => typeof(Target).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == nameof(RsolvDeploy) && type.GetMethod("<Clone>$") is not null && !Exact.Contains(type));
}
