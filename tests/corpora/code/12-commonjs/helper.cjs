exports.helper = () => 1;
exports.other = () => 2;
