(invocation_expression function: [(identifier) (member_access_expression)] @call.callee
  arguments: (argument_list) @call.arguments)
