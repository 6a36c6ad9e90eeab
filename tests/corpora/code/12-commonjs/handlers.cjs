const { helper, other: renamed } = require("./helper.cjs");

function local() {}

exports.early = function (data) {
  return data.value;
};

module.exports = { helper, renamed, local, inline() {} };
