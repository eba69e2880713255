using System.Text;
using System.Xml;

namespace RsolvDeploy.Reports;

/// <summary>Text that XML can hold.</summary>
internal static class PrintableXml
{
    /// <summary>The text, with the replacement character in the place of what XML has no way to write.</summary>
    public static string From(string text)
    {
        if (text.All(XmlConvert.IsXmlChar)) return text;
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            printable.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\ufffd" : rune.ToString());
        return printable.ToString();
    }
}
