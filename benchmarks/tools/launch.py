"""Run one command with its input in the first argument; print its seconds and peak memory.

Standard library only, and small: a process counts as its own the memory of whoever starts it,
until it has started.
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
_, status, usage = os.wait4(process.pid, 0)  # of the process and all that it waited for
seconds = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
print(json.dumps({"status": status, "seconds": seconds, "peak": usage.ru_maxrss * unit / 1e6}))
