; Calls with their first argument where it is text: topics are published and subscribed by calls.

(call_expression function: [(identifier) (member_expression)] @call.callee arguments: (arguments) @call.arguments)
(new_expression constructor: [(identifier) (member_expression)] @call.callee arguments: (arguments) @call.arguments)
