const User = require("./user");

async function create(req, res) {
  // ruleid: javascript-attributes-from-request
  await User.create(req.body);
  // ruleid: javascript-attributes-from-request
  const user = new User(req.body);
  // ruleid: javascript-attributes-from-request
  Object.assign(user, req.body);
  // ruleid: javascript-attributes-from-request
  await User.findByIdAndUpdate(req.params.id, { $set: req.body });
  // ok: javascript-attributes-from-request
  await User.create({ name: req.body.name, city: req.body.city });
  // ok: javascript-attributes-from-request
  const copy = Object.assign({}, req.body);
}
