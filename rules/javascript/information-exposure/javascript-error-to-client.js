const app = require("express")();

app.get("/run", async (req, res) => {
  try {
    res.json(await work());
  } catch (error) {
    // ruleid: javascript-error-to-client
    res.status(500).send(error.stack);
  }
});

app.get("/rows", (req, res) => {
  db.query("SELECT 1", (err, rows) => {
    // ruleid: javascript-error-to-client
    if (err) return res.status(500).json({ error: err.message });
    // ok: javascript-error-to-client
    res.json(rows);
  });
});

app.get("/fixed", async (req, res) => {
  try {
    res.json(await work());
  } catch (error) {
    console.error(error);
    // ok: javascript-error-to-client
    res.status(500).send("something went wrong");
  }
});

fastify.get("/orders", async (request, reply) => {
  try {
    await orders();
  } catch (error) {
    // ok: javascript-error-to-client
    reply.send(error);
  }
});
