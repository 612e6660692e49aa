// ruleid: javascript-pattern-slow
const name = /^([a-z]+)+$/;
// ruleid: javascript-pattern-slow
const words = /^(?:\w+)*!$/;
// ruleid: javascript-pattern-slow
const rows = new RegExp("^(.*,)+x$");
// ruleid: javascript-pattern-slow
const sentence = /^(\w+\s?)+$/;
// ruleid: javascript-pattern-slow
const either = /^(.|\s)*end$/;
// ok: javascript-pattern-slow
const plain = /^[a-z]+$/;
// ok: javascript-pattern-slow
const pairs = /^(?:[a-z]+,)+$/;
// ok: javascript-pattern-slow
const spaced = /^(?:\w+\s)*\w+$/;
// ok: javascript-pattern-slow
const once = /^(a+)?b$/;
// ok: javascript-pattern-slow
const quoted = /^\(a+\)+$/;
