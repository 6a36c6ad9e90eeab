(using_directive (_) @import.module)
