public class PagesController : Controller
{
    // ruleid: csharp-request-validation-off
    [ValidateInput(false)]
    public ActionResult Save(string body)
    {
        return View();
    }

    // ruleid: csharp-request-validation-off
    [ValidateInput(false)]
    public ActionResult Other(string body)
    {
        return View();
    }

    // ok: csharp-request-validation-off
    [ValidateInput(true)]
    public ActionResult Checked(string body)
    {
        return View();
    }

    // ok: csharp-request-validation-off
    public ActionResult Plain(string body)
    {
        return View();
    }
}
