// Not offered to anybody: not the handler.
function refresh() {}
export class Store {
  refresh() {}
}
