using System.Text.Json.Nodes;
using RsolvDeploy.Dashboards.Models;

namespace RsolvDeploy.Core.Tests.Dashboards;

/// <summary>Both schemas, in the forms of many years.</summary>
public class DashboardReaderTests
{
    [Fact]
    public void Rows_repeats_and_data_sources_of_the_classic_schema_are_read()
    {
        var dashboard = Classic(
            """
            {"uid":"u","title":"T","schemaVersion":36,"time":{"from":"now-6h","to":"now"},"refresh":false,"panels":[
              {"id":1,"type":"stat","title":"mixed","datasource":{"uid":"-- Mixed --"},"targets":[
                {"refId":"A","datasource":{"type":"prometheus","uid":"p"},"expr":"up"},
                {"refId":"B","datasource":{"type":"__expr__","uid":"__expr__"},"expression":"$A"},
                {"refId":"C","hide":true,"datasource":"Loki"}]},
              {"id":2,"type":"row","title":"Open","repeat":"host","panels":[]},
              {"id":3,"type":"graph","title":"in row","repeat":"disk","datasource":"${DS}","targets":[{"expr":"a"},{"expr":"b"}]},
              {"id":4,"type":"row","title":"Closed","collapsed":true,"panels":[{"id":5,"type":"table","title":"hidden","datasource":null,
                "targets":[{"refId":"A","expr":"c"}],"maxDataPoints":"100","interval":"1m","timeFrom":"1h","timeShift":"1d"}]},
              {"id":6,"title":"lib","libraryPanel":{"uid":"l","name":"n"}},
              {"id":7,"type":"stat","title":"reused","datasource":{"uid":"-- Dashboard --"},"targets":[{"panelId":1,"refId":"A"}]},
              null, 5
            ]}
            """);

        Assert.Equal(["mixed", "in row", "hidden", "lib", "reused"], dashboard.Panels.Select(panel => panel.Title));
        Assert.Equal(
            [("p", false), ("__expr__", false), ("Loki", true)],
            dashboard.Panels[0].Queries.Select(query => (query.Source.Uid!, query.IsHidden)));
        Assert.True(dashboard.Panels[0].Queries[1].Source.IsExpression);
        Assert.Equal(("Open", "host,disk", "A,B"), (
            dashboard.Panels[1].Row,
            string.Join(',', dashboard.Panels[1].Repeats),
            string.Join(',', dashboard.Panels[1].Queries.Select(query => query.RefId))));
        var hidden = dashboard.Panels[2];
        Assert.Equal(
            ("Closed", 100, "1m", "1h", "1d"), (hidden.Row, hidden.MaxDataPoints, hidden.Interval, hidden.TimeFrom, hidden.TimeShift));
        Assert.Equal(DataSourceReference.Default, hidden.Queries[0].Source);
        Assert.Equal("l", dashboard.Panels[3].Library);
        Assert.True(dashboard.Panels[4].Queries[0].Source.IsDashboard);
        Assert.Equal(("now-6h", "now", ""), (dashboard.From, dashboard.To, dashboard.Refresh));
    }

    [Fact]
    public void Rows_of_before_schema_16_hold_their_panels()
    {
        var dashboard = Classic(
            """{"rows":[{"title":"R","repeat":"a","panels":[{"id":1,"type":"graph","title":"P","targets":[{"expr":"up"}]}]}]}""");
        Assert.Equal(("P", "R", "a"), (
            dashboard.Panels.Single().Title, dashboard.Panels.Single().Row, dashboard.Panels.Single().Repeats.Single()));
    }

    [Fact]
    public void Variables_of_every_kind_are_read()
    {
        var dashboard = Classic(
            """
            {"templating":{"list":[
              {"name":"q","type":"query","query":"label_values(up, job)","datasource":"$ds","regex":"/a/","sort":3,"multi":true,"includeAll":true,
                "allValue":".*","current":{"text":["a","b"],"value":["a","b"]}},
              {"name":"q2","type":"query","query":{"query":"label_values(job)","refId":"x"},"current":{"text":"All","value":"$__all"}},
              {"name":"c","type":"custom","query":"1,2","current":{"text":"1","value":"1"},"options":[{"text":"1","value":"1"}]},
              {"name":"k","type":"constant","query":"v"},
              {"name":"ds","type":"datasource","query":"prometheus","current":{"text":"P","value":"p"}},
              {"name":"i","type":"interval","query":"1m,10m","auto":true,"auto_min":"10s","auto_count":50,
                "current":{"text":"auto","value":"$__auto_interval_i"}},
              {"name":"t","type":"textbox","query":"x"},
              {"name":"f","type":"adhoc","datasource":{"uid":"p"},"filters":[{"key":"a","operator":"=","value":"b"},{"key":""}]},
              {"name":"s","type":"system","current":{"value":1}}
            ]}}
            """);

        Assert.Equal(
            [
                VariableKind.Query, VariableKind.Query, VariableKind.Custom, VariableKind.Constant, VariableKind.DataSource,
                VariableKind.Interval, VariableKind.TextBox, VariableKind.AdHoc, VariableKind.Other,
            ],
            dashboard.Variables.Select(variable => variable.Kind));
        var first = dashboard.Variables[0];
        Assert.Equal(
            ("label_values(up, job)", "$ds", "/a/", 3, ".*"), (first.Query, first.Source.Uid, first.Regex, first.Sort, first.AllValue));
        Assert.Equal(["a", "b"], first.Current.Select(option => option.Value));
        Assert.Equal("label_values(job)", dashboard.Variables[1].Query);
        Assert.Equal((true, "10s", 50), dashboard.Variables[5].Auto);
        Assert.Equal([new AdHocFilter("a", "=", "b")], dashboard.Variables[7].Filters);
        Assert.Equal("1", dashboard.Variables[8].Current.Single().Value);
    }

    [Theory]
    // v2beta1 and v2 name the plugin as group; v2alpha1 named it as kind, and the data source beside the query.
    [InlineData(
        "v2beta1",
        """{"kind":"DataQuery","group":"prometheus","version":"v0","datasource":{"name":"p"},"spec":{"expr":"up"}}""",
        "null")]
    [InlineData("v2alpha1", """{"kind":"prometheus","spec":{"expr":"up"}}""", """{"type":"prometheus","uid":"p"}""")]
    public void A_resource_of_the_v2_schema_is_read_in_tabs_rows_and_repeats(string version, string query, string source)
    {
        var dashboard = DashboardReader.Read((JsonObject)JsonNode.Parse(
            """
            {"kind":"Dashboard","apiVersion":"dashboard.grafana.app/VERSION","metadata":{"name":"u","annotations":{"grafana.app/folder":"f"}},
             "spec":{"title":"T","timeSettings":{"from":"now-1h","to":"now","autoRefresh":"30s","timezone":"utc"},
              "variables":[{"kind":"QueryVariable","spec":{"name":"job","sort":"naturalDesc","multi":true,"current":{"text":"All","value":"$__all"},
                "query":{"kind":"DataQuery","group":"prometheus","spec":{"__legacyStringValue":"label_values(job)"}}}},
               {"kind":"SwitchVariable","spec":{"name":"s","current":"true"}},
               {"kind":"DatasourceVariable","spec":{"name":"ds","pluginId":"prometheus"}}],
              "elements":{
               "a":{"kind":"Panel","spec":{"id":1,"title":"A","vizConfig":{"kind":"VizConfig","group":"stat"},"data":{"kind":"QueryGroup","spec":{
                 "queries":[{"kind":"PanelQuery","spec":{"refId":"A","hidden":true,"datasource":SOURCE,"query":QUERY}}],
                 "queryOptions":{"maxDataPoints":50,"timeFrom":"2h"}}}}},
               "l":{"kind":"LibraryPanel","spec":{"id":2,"title":"L","libraryPanel":{"uid":"lib","name":"n"}}}},
              "layout":{"kind":"TabsLayout","spec":{"tabs":[{"kind":"TabsLayoutTab","spec":{"title":"Tab","layout":{"kind":"RowsLayout","spec":{"rows":[
                {"kind":"RowsLayoutRow","spec":{"title":"Row","repeat":{"mode":"variable","value":"job"},"layout":{"kind":"GridLayout","spec":{"items":[
                 {"kind":"GridLayoutItem","spec":{"element":{"kind":"ElementReference","name":"a"},"repeat":{"mode":"variable","value":"s"}}},
                 {"kind":"GridLayoutItem","spec":{"element":{"kind":"ElementReference","name":"l"}}}]}}}}]}}}}]}}}}
            """.Replace("VERSION", version, StringComparison.Ordinal).Replace("SOURCE", source, StringComparison.Ordinal)
                .Replace("QUERY", query, StringComparison.Ordinal))!)!;

        Assert.Equal(
            ("u", "T", "f", "30s", "utc"),
            (dashboard.Uid, dashboard.Title, dashboard.Folder, dashboard.Refresh, dashboard.TimeZone));
        var panel = dashboard.Panels[0];
        Assert.Equal(("A", "Row", "job,s", 50, "2h"), (
            panel.Title, panel.Row, string.Join(',', panel.Repeats), panel.MaxDataPoints, panel.TimeFrom));
        Assert.Equal(("prometheus", "p", true), (panel.Queries[0].Source.Type, panel.Queries[0].Source.Uid, panel.Queries[0].IsHidden));
        Assert.Equal("lib", dashboard.Panels[1].Library);
        Assert.Equal(("label_values(job)", 8, true), (
            dashboard.Variables[0].Query, dashboard.Variables[0].Sort, dashboard.Variables[0].IsMulti));
        Assert.Equal("true", dashboard.Variables[1].Current.Single().Value);
        Assert.Equal("prometheus", dashboard.Variables[2].Query);
    }

    [Fact]
    public void A_resource_of_the_v1_schema_holds_the_classic_one()
    {
        var dashboard = DashboardReader.Read((JsonObject)JsonNode.Parse(
            """{"apiVersion":"dashboard.grafana.app/v1beta1","metadata":{"name":"u"},"spec":{"title":"T","panels":[{"id":1,"title":"P"}]}}""")!)!;
        Assert.Equal(("u", "T", "P"), (dashboard.Uid, dashboard.Title, dashboard.Panels.Single().Title));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"message":"x"}""")]
    [InlineData("""{"dashboard":5}""")]
    public void What_is_no_dashboard_is_none(string text) => Assert.Null(DashboardReader.Read((JsonObject)JsonNode.Parse(text)!));

    private static Dashboard Classic(string dashboard) =>
        DashboardReader.Read(new JsonObject { ["dashboard"] = JsonNode.Parse(dashboard), ["meta"] = new JsonObject() })!;
}
