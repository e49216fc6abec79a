using System;
using System.Globalization;
using System.Net;
using System.Text;

namespace Demo;

/// <summary>A drawing as text for a page: shapes by class, so that the style sheet colours them for light and for dark.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new();

    internal Svg(double width, double height, string label)
        => Add($"""<svg viewBox="0 0 {width} {height}" role="img" aria-label="{Escape(label)}">""");

    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    internal Svg Rect(double x, double y, double width, double height, string classes, string? title = null)
    {
        Add($"""<rect x="{x:0.##}" y="{y:0.##}" width="{Math.Max(0, width):0.##}" height="{height:0.##}" class="{classes}" """);
        return title is null ? Add($"/>\n") : Add($"><title>{Escape(title)}</title></rect>\n");
    }

    internal Svg Line(double x1, double y1, double x2, double y2, string classes)
        => Add($"""<line x1="{x1:0.##}" y1="{y1:0.##}" x2="{x2:0.##}" y2="{y2:0.##}" class="{classes}"/>""").Add($"\n");

    internal Svg Text(double x, double y, string text, string classes)
        => Add($"""<text x="{x:0.##}" y="{y:0.##}" class="{classes}">{Escape(text)}</text>""").Add($"\n");

    /// <summary>Numbers are written with a point wherever the demo runs.</summary>
    internal Svg Add(FormattableString text)
    {
        _text.Append(text.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>The finished drawing.</summary>
    public override string ToString() => _text + "</svg>";
}
