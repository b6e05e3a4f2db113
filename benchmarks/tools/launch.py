"""Launch: runs a command, and prints its seconds and its peak memory in megabytes as JSON.

The first argument is the command's input. Small, with the standard library only: until a process
has started, the memory of its parent is counted as its own.
"""

import json
import os
import subprocess
import sys
import time

start = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE)
assert process.stdin is not None
process.stdin.write(sys.argv[1].encode())
process.stdin.close()
_, status, usage = os.wait4(process.pid, 0)  # of the process and of its children
seconds = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
print(json.dumps({"status": status, "seconds": seconds, "peak": usage.ru_maxrss * unit / 1e6}))
