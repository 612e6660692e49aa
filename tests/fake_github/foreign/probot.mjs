// A small Probot app, unmodified Probot underneath: it reviews each pull request that is opened, and answers commands.
import { Probot, Server } from "probot";

const { API_URL, APP_ID, PRIVATE_KEY, PORT, WEBHOOK_SECRET } = process.env;

function app(probot) {
  probot.on("pull_request.opened", async (context) => {
    const files = await context.octokit.paginate(context.octokit.rest.pulls.listFiles, context.pullRequest());
    const comments = files
      .filter((file) => file.patch)
      .map((file) => ({ path: file.filename, line: Number(/\+(\d+)/.exec(file.patch)[1]), side: "RIGHT", body: "Seen." }));
    await context.octokit.rest.pulls.createReview(
      context.pullRequest({ event: "COMMENT", body: `${files.length} files`, comments }),
    );
  });
  probot.on("issue_comment.created", async (context) => {
    if (!context.isBot) {
      await context.octokit.rest.reactions.createForIssueComment(
        context.repo({ comment_id: context.payload.comment.id, content: "eyes" }),
      );
    }
  });
}

const settings = {
  appId: APP_ID,
  privateKey: PRIVATE_KEY,
  secret: WEBHOOK_SECRET,
  baseUrl: API_URL,
  logLevel: "error",
  logMessageKey: "msg",
};
const server = new Server({ Probot: Probot.defaults(settings), port: Number(PORT), host: "127.0.0.1", webhookPath: "/github" });
await server.load(app);
await server.start();
console.log("listening");
