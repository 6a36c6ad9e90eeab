// export function commentedOut() {}
/*
export const alsoCommentedOut = () => 1;
it("is not a test", () => {});
*/
const text = `export function inTemplate() {}`;
const other = "export function inString() {}"; // trailing, not a doc comment
export function real() {
  return /function inRegex\(\) {}/.test(text);
}
