// @octokit/rest and @octokit/auth-app, unmodified, do what our client does; what they saw is printed as JSON.
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";

const { API_URL, APP_ID, PRIVATE_KEY, INSTALLATION_ID } = process.env;
const auth = { appId: Number(APP_ID), privateKey: PRIVATE_KEY };
const app = new Octokit({ baseUrl: API_URL, authStrategy: createAppAuth, auth });
const octokit = new Octokit({
  baseUrl: API_URL,
  authStrategy: createAppAuth,
  auth: { ...auth, installationId: Number(INSTALLATION_ID) },
});
const repo = { owner: "acme", repo: "shop" };
const pull = { ...repo, pull_number: 1 };
const seen = {};

seen.slug = (await app.rest.apps.getAuthenticated()).data.slug;
seen.installation = (await app.rest.apps.getRepoInstallation(repo)).data.id;
seen.installations = (await app.rest.apps.listInstallations()).data.length;
seen.repositories = (await octokit.rest.apps.listReposAccessibleToInstallation()).data.total_count;

const { data: found, headers } = await octokit.rest.pulls.get(pull);
seen.head = found.head.sha;
try {
  await octokit.rest.pulls.get({ ...pull, headers: { "if-none-match": headers.etag } });
} catch (error) {
  seen.unchanged = error.status;
}
seen.diff = (await octokit.rest.pulls.get({ ...pull, mediaType: { format: "diff" } })).data;
const files = await octokit.paginate(octokit.rest.pulls.listFiles, { ...pull, per_page: 1 });
seen.files = files.map((file) => [file.filename, file.status]);
const content = await octokit.rest.repos.getContent({ ...repo, path: "src", ref: found.head.sha });
seen.directory = content.data.map((entry) => entry.path);
const tree = await octokit.rest.git.getTree({ ...repo, tree_sha: found.head.sha, recursive: "1" });
seen.tree = tree.data.tree.map((entry) => entry.path);
const compared = await octokit.rest.repos.compareCommitsWithBasehead({
  ...repo,
  basehead: `${found.base.sha}...${found.head.sha}`,
});
seen.compared = [compared.data.status, compared.data.files.length];

const { data: run } = await octokit.rest.checks.create({
  ...repo,
  name: "foreign",
  head_sha: found.head.sha,
  status: "in_progress",
  external_id: "one",
});
await octokit.rest.checks.update({ ...repo, check_run_id: run.id, status: "completed", conclusion: "neutral" });
const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...repo, ref: found.head.sha });
seen.runs = runs.map((each) => [each.name, each.conclusion, each.external_id]);

await octokit.rest.pulls.createReview({
  ...pull,
  commit_id: found.head.sha,
  event: "COMMENT",
  body: "From octokit.",
  comments: [{ path: "src/app.py", line: 4, side: "RIGHT", body: "Look here." }],
});
try {
  await octokit.rest.pulls.createReview({
    ...pull,
    event: "COMMENT",
    body: "Outside.",
    comments: [{ path: "src/app.py", line: 1000, side: "RIGHT", body: "Nothing is here." }],
  });
} catch (error) {
  seen.outside = [error.status, error.response.data.errors];
}
const { data: comments } = await octokit.rest.pulls.listReviewComments(pull);
await octokit.rest.pulls.createReplyForReviewComment({ ...pull, comment_id: comments[0].id, body: "A reply." });
seen.reviews = (await octokit.rest.pulls.listReviews(pull)).data.map((review) => review.body);

const { data: comment } = await octokit.rest.issues.createComment({ ...repo, issue_number: 1, body: "Hello." });
const reaction = { ...repo, comment_id: comment.id, content: "eyes" };
seen.reactions = [];
for (let time = 0; time < 2; time += 1) {
  seen.reactions.push((await octokit.rest.reactions.createForIssueComment(reaction)).status);
}
const permission = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...repo, username: "carol" });
seen.permission = permission.data.permission;

const threads = `query ($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) { pullRequest(number: 1) { reviewThreads(first: 10) {
    nodes { id isResolved comments(first: 10) { nodes { body } } } } } } }`;
const answer = await octokit.graphql(threads, repo);
const [thread] = answer.repository.pullRequest.reviewThreads.nodes;
seen.thread = thread.comments.nodes.map((each) => each.body);
try {
  await octokit.graphql(`mutation ($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }`, {
    id: thread.id,
  });
} catch (error) {
  seen.resolve = error.errors[0].type;
}
seen.remaining = (await octokit.rest.rateLimit.get()).data.resources.core.remaining > 0;
await octokit.rest.apps.revokeInstallationAccessToken();

console.log(JSON.stringify(seen));
