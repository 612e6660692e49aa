using Microsoft.AspNetCore.Html;

class Views
{
    void Make(string text)
    {
        // ruleid: csharp-unencoded-html
        var first = Html.Raw(text);
        // ruleid: csharp-unencoded-html
        var second = new HtmlString("<b>" + text + "</b>");
        // ok: csharp-unencoded-html
        var third = Html.Raw("<b>fixed</b>");
        // ok: csharp-unencoded-html
        var fourth = new HtmlString(sanitizer.Sanitize(text));
    }
}
