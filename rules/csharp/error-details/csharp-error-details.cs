using Microsoft.AspNetCore.Mvc;

public class ErrorsController : Controller
{
    public IActionResult Get()
    {
        try
        {
            Work();
        }
        catch (Exception e)
        {
            logger.LogError(e, "work failed");
            // ruleid: csharp-error-details
            return StatusCode(500, e.Message);
        }
        // ok: csharp-error-details
        return Ok("done");
    }

    public IActionResult Post()
    {
        try
        {
            Work();
        }
        catch (Exception e)
        {
            // ruleid: csharp-error-details
            return BadRequest(e.ToString());
        }
        // ok: csharp-error-details
        return StatusCode(500, "Something went wrong.");
    }
}
