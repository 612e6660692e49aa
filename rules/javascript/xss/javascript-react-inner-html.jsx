import DOMPurify from "dompurify";

export function Comment({ comment }) {
  // ruleid: javascript-react-inner-html
  return <div className="comment" dangerouslySetInnerHTML={{ __html: comment.body }} />;
}

export function Post({ html }) {
  // ruleid: javascript-react-inner-html
  return <article dangerouslySetInnerHTML={{ __html: html }}></article>;
}

export function Clean({ html }) {
  // ok: javascript-react-inner-html
  return <article dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(html) }} />;
}

export function Cleaned({ html }) {
  const clean = DOMPurify.sanitize(html);
  // ok: javascript-react-inner-html
  return <article dangerouslySetInnerHTML={{ __html: clean }} />;
}

export function Fixed() {
  // ok: javascript-react-inner-html
  return <p dangerouslySetInnerHTML={{ __html: "<b>Welcome</b>" }} />;
}
