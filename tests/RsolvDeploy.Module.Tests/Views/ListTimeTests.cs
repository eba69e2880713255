using System.Management.Automation;
using System.Xml.Linq;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Views;

/// <summary>Lists show times as tables do: local, with their zone.</summary>
public sealed class ListTimeTests : IDisposable
{
    private readonly HostedSession _session = HostedSession.WithModule();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Each_time_of_a_list_is_local()
    {
        var views = Read("RsolvDeploy.Format.ps1xml").Descendants("View").Where(view => view.Element("ListControl") is not null).ToList();
        var times = Read("RsolvDeploy.Types.ps1xml").Descendants("Type")
            .Select(type => (Name: type.Element("Name")!.Value, Times: Shown(type).ToHashSet()))
            .Select(type => (type.Name, Times: type.Times.Intersect(TimesOf(type.Name)).ToList()))
            .Where(type => type.Times.Count > 0)
            .ToList();

        Assert.Contains(times, type => type.Name == "RsolvDeploy.Release");
        Assert.All(times, type =>
        {
            var lists = views.Where(view => view.Descendants("TypeName").Any(name => name.Value == type.Name)).ToList();
            Assert.NotEmpty(lists);
            Assert.DoesNotContain(lists.Descendants("PropertyName"), property => type.Times.Contains(property.Value));
        });
    }

    private static XDocument Read(string file) => XDocument.Load(Path.Combine(Clone.Root, "module", file));

    private static IEnumerable<string> Shown(XElement type) => type.Descendants("PropertySet")
        .Where(set => set.Element("Name")?.Value == "DefaultDisplayPropertySet")
        .SelectMany(set => set.Descendants("ReferencedProperties").Elements("Name"))
        .Select(name => name.Value);

    private IEnumerable<string> TimesOf(string type) => _session
        .Invoke(
            "($args[0] -as [type]).GetProperties().Where({ $_.PropertyType -in [datetimeoffset], [Nullable[datetimeoffset]] }).Name", type)
        .ThrowOnError().Output.OfType<PSObject>().Select(name => name.ToString());
}
