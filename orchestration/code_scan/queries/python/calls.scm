(call function: [(identifier) (attribute)] @call.callee arguments: (argument_list) @call.arguments)
